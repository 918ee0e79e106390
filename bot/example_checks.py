"""What may be wrong with an example, said while it is written; and with all of them, before a model is trained."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import yaml
from rapidfuzz import fuzz, process

from bot import safety, scrub
from bot.certainty import ALARMS
from bot.config import ROOT
from bot.examples import CONDUCT, Corpus, Example
from bot.folding import fold
from bot.neighbours import Neighbours

HELD_OUT = ROOT / "tests" / "nlu" / "heldout.yml"
#: Per cent of equal letters from which two examples teach the same.
NEAR = 92
#: An exam message of so many words must not be taught, nor anything this close to it.
EXAM_WORDS, EXAM_NEAR = 6, 90
#: Neighbours asked, how alike they must be, and how many must disagree.
ASKED, ALIKE, DISAGREE = 12, 0.3, 3
#: So many examples with the same first words are a template.
TEMPLATE_WORDS, TEMPLATE = 4, 5
ENOUGH, ENOUGH_CONDUCT = 40, 60
PERSONAL = {
    "TELEFONO": "un teléfono",
    "CORREO": "un correo",
    "CLAVE": "una CURP o RFC",
    "NUMERO": "un número de identificación",
    "DOMICILIO": "un domicilio",
    "NOMBRE": "un nombre",
}


@dataclass(frozen=True)
class Finding:
    """stops: it must not be saved like this. others: the examples it is about."""

    kind: str
    message: str
    stops: bool = False
    others: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Coverage:
    """How an intent is taught."""

    intent: str
    count: int
    with_also: int
    short: int
    enough: int


class Checker:
    def __init__(self, corpus: Corpus, neighbours: Neighbours, held_out: Path = HELD_OUT) -> None:
        self._corpus, self._neighbours = corpus, neighbours
        self._exam = [fold(text) for text in _exam_texts(held_out)]

    # --- one example -----------------------------------------------------------------------------------------------

    def check(self, example: Example, instead_of: str = "") -> list[Finding]:
        """Everything to be said of an example before it is saved. instead_of: key of the one it replaces."""
        others = [other for other in self._corpus.all() if other.key != instead_of]
        findings = [*self._same(example, others), *self._exam_question(example), *_danger(example)]
        if not findings:
            findings += self._near(example, others)
        findings += [*self._contradiction(example, instead_of), *_personal(example), *_template(example, others)]
        return findings

    def _same(self, example: Example, others: list[Example]) -> Iterator[Finding]:
        folded = fold(example.text)
        same = [other for other in others if fold(other.text) == folded and folded]
        for other in same:
            if other.intent == example.intent:
                yield Finding("repetido", "Ya está, con las mismas palabras.", True, (other,))
            else:
                yield Finding(
                    "contradice", f"Las mismas palabras ya enseñan otra cosa: {other.intent}.", True, (other,)
                )

    def _near(self, example: Example, others: list[Example]) -> Iterator[Finding]:
        folded = fold(example.text)
        if len(folded) < 12:
            return
        pool = {i: fold(other.text) for i, other in enumerate(others) if other.intent == example.intent}
        near = process.extract(folded, pool, scorer=fuzz.ratio, score_cutoff=NEAR, limit=3)
        if near:
            found = tuple(others[index] for _, _, index in near)
            yield Finding("parecido", "Casi igual a otro ejemplo: enseña poco.", others=found)

    def _exam_question(self, example: Example) -> Iterator[Finding]:
        folded = fold(example.text)
        if len(folded.split()) < EXAM_WORDS:
            return
        if process.extractOne(folded, self._exam, scorer=fuzz.ratio, score_cutoff=EXAM_NEAR):
            yield Finding("examen", "Es una pregunta del examen con que se mide al bot: no se puede enseñar.", True)

    def _contradiction(self, example: Example, instead_of: str) -> Iterator[Finding]:
        near = self._neighbours.nearest(example.text, ASKED, without=instead_of or example.key)
        other = [n.example for n in near if n.likeness >= ALIKE and not n.example.labels & example.labels]
        agree = sum(n.likeness >= ALIKE for n in near) - len(other)
        if len(other) < DISAGREE or agree >= len(other):
            return
        most, _ = Counter(example.intent for example in other).most_common(1)[0]
        message = f"{len(other)} ejemplos parecidos dicen otra cosa; los más, {most}."
        yield Finding("contradiccion", message, others=tuple(other))

    # --- all examples ------------------------------------------------------------------------------------------------

    def problems(self) -> list[Finding]:
        """What must be put right before training, over all files."""
        examples = self._corpus.all()
        return [*_repeated(examples), *self._taught_exam(examples), *self._too_few()]

    def coverage(self) -> list[Coverage]:
        """The least taught first."""
        rows = [self._coverage(intent) for intent in self._corpus.intents()]
        return sorted(rows, key=lambda row: row.count / row.enough)

    def typical_count(self) -> float:
        return median(row.count for row in self.coverage())

    def _coverage(self, intent: str) -> Coverage:
        examples = self._corpus.of(intent)
        return Coverage(
            intent,
            len(examples),
            sum(bool(example.also) for example in examples),
            sum(len(fold(example.text).split()) <= 3 for example in examples),
            ENOUGH_CONDUCT if intent.startswith(CONDUCT) else ENOUGH,
        )

    def _too_few(self) -> Iterator[Finding]:
        for row in self.coverage():
            if row.count < row.enough:
                yield Finding("pocos", f"{row.intent} tiene {row.count} ejemplos; necesita {row.enough}.", True)

    def _taught_exam(self, examples: list[Example]) -> Iterator[Finding]:
        exam = {text for text in self._exam if len(text.split()) >= EXAM_WORDS}
        for example in examples:
            if fold(example.text) in exam:
                yield Finding("examen", "Está en el examen con que se mide al bot.", True, (example,))


def _repeated(examples: list[Example]) -> Iterator[Finding]:
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[fold(example.text)].append(example)
    for folded, group in groups.items():
        if folded and len({example.intent for example in group}) > 1:
            names = ", ".join(sorted({example.intent for example in group}))
            yield Finding("contradice", f"Las mismas palabras enseñan dos cosas: {names}.", False, tuple(group))
        elif folded and len(group) > 1:
            yield Finding("repetido", "Está dos veces.", False, tuple(group))


def _danger(example: Example) -> Iterator[Finding]:
    """What the rules of danger hear must not be taught as something else without a supervisor's word."""
    alarm = safety.check(example.text)
    if alarm and not example.labels & set(ALARMS):
        yield Finding(
            "peligro", f"Aquí se oye {alarm.kind}. Enseñarlo como {example.intent} puede costar una vida.", True
        )


def _personal(example: Example) -> Iterator[Finding]:
    invented = {fold(value) for values in scrub.STAND_INS.values() for value in values}
    text = example.text
    kinds = {
        span.kind
        for span in scrub.found(text)
        if span.kind in PERSONAL and fold(text[span.start : span.end]) not in invented
    }
    if kinds:
        named = ", ".join(PERSONAL[kind] for kind in sorted(kinds))
        yield Finding("personal", f"Parece llevar {named}. Cámbialo por uno inventado.")


def _template(example: Example, others: list[Example]) -> Iterator[Finding]:
    begins = fold(example.text).split()[:TEMPLATE_WORDS]
    if len(begins) < TEMPLATE_WORDS:
        return
    same = [o for o in others if o.intent == example.intent and fold(o.text).split()[:TEMPLATE_WORDS] == begins]
    if len(same) >= TEMPLATE:
        message = f"{len(same)} ejemplos empiezan igual («{' '.join(begins)}…»): dilo de otra manera."
        yield Finding("plantilla", message, others=tuple(same[:3]))


def _exam_texts(path: Path) -> list[str]:
    document: dict[str, Any] = yaml.safe_load(path.read_text())
    return [item["text"] for block in document["nlu"] for item in block["examples"]]
