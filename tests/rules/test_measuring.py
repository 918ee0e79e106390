"""A model that is measured says more than fits into a pipe, and tells meanwhile how far it is."""

from __future__ import annotations

import subprocess
import sys
import tempfile

from bot import training

TALKER = """
import sys
given = sys.stdin.read()
for number in range(3):
    print(f"{number * 50} de 150", file=sys.stderr, flush=True)
sys.stdout.write("x" * 300_000 + given)
"""


def test_a_process_that_says_much_is_heard_to_the_end() -> None:
    told: list[str] = []
    with tempfile.TemporaryFile("w+") as answer:
        process = subprocess.Popen(
            [sys.executable, "-c", TALKER],
            stdin=subprocess.PIPE,
            stdout=answer,
            stderr=subprocess.PIPE,
            text=True,
        )
        training._told(process, "fin", told.append)
        answer.seek(0)
        written = answer.read()
    assert told == ["0 de 150", "50 de 150", "100 de 150"]
    assert len(written) == 300_003 and written.endswith("fin")
