"""Real processes, a fake Telegram and a fake Rasa, and everything that can go wrong between them, counted.

    python -m tests.faults --messages 2000 --people 100      (make faults: the long form)

`run` is one run, `people` write, `trouble` makes trouble, `processes` starts again what dies, `killable` is how a
process dies at a named commit point, `rasa` is a Rasa that keeps its tracker on disk, `count` says what came of it.
"""
