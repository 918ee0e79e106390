"""What may be wrong with an example, said while it is written; and with all of them, before a model is trained."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

import yaml
from rapidfuzz import fuzz, process

from bot import safety, scrub
from bot.certainty import ALARMS
from bot.config import ROOT
from bot.examples import CONDUCT, Corpus, Example
from bot.folding import fold
from bot.neighbours import Neighbour, Neighbours

EXAM = ROOT / "tests" / "nlu"
#: Per cent of equal letters from which two examples teach the same.
NEAR = 92
#: An exam message of so many words must not be taught, nor anything this close to it.
EXAM_WORDS, EXAM_NEAR = 6, 90
#: Neighbours asked, how alike they must be, and how many must disagree.
ASKED, ALIKE, DISAGREE = 12, 0.3, 3
#: So many examples with the same first words are a template.
TEMPLATE_WORDS, TEMPLATE = 4, 5
ENOUGH, ENOUGH_CONDUCT, ENOUGH_RIGHT = 40, 60, 15
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
    def __init__(self, corpus: Corpus, neighbours: Neighbours) -> None:
        self._corpus, self._neighbours = corpus, neighbours
        self._rights_neighbours = Neighbours(corpus.phrasings)
        self._exam = [fold(text) for text in _exam_texts()]
        self._rights_exam = [fold(text) for text in _rights_exam_texts()]

    # --- one example -----------------------------------------------------------------------------------------------

    def check(self, example: Example, instead_of: str = "") -> list[Finding]:
        """Everything to be said of an example before it is saved. instead_of: key of the one it replaces."""
        pool = self._corpus.phrasings() if example.right else self._corpus.all()
        others = [other for other in pool if other.key != instead_of]
        findings = [*_same(example, others), *self._exam_question(example), *_danger(example)]
        if not findings:
            findings += _near(example, others)
        findings += [*self._contradiction(example, instead_of), *_personal(example), *_template(example, others)]
        return findings

    def _exam_question(self, example: Example) -> Iterator[Finding]:
        folded = example.folded
        if len(folded.split()) < EXAM_WORDS:
            return
        exam = self._rights_exam if example.right else self._exam
        if process.extractOne(folded, exam, scorer=fuzz.ratio, score_cutoff=EXAM_NEAR):
            yield Finding("examen", "Es una pregunta del examen con que se mide al bot: no se puede enseñar.", True)

    def _contradiction(self, example: Example, instead_of: str) -> Iterator[Finding]:
        near = self.like(example, ASKED, instead_of)
        other = [n.example for n in near if n.likeness >= ALIKE and not n.example.labels & example.labels]
        agree = sum(n.likeness >= ALIKE for n in near) - len(other)
        if len(other) < DISAGREE or agree >= len(other):
            return
        most, _ = Counter(example.label for example in other).most_common(1)[0]
        message = f"{len(other)} ejemplos parecidos dicen otra cosa; los más, {most}."
        yield Finding("contradiccion", message, others=tuple(other))

    def like(self, example: Example, count: int, without: str = "") -> list[Neighbour]:
        """The most alike among examples of its kind, but for itself. without: key of one that it replaces."""
        neighbours = self._rights_neighbours if example.right else self._neighbours
        return neighbours.nearest(example.text, count, without or example.key)

    # --- all examples ------------------------------------------------------------------------------------------------

    def problems(self) -> list[Finding]:
        """What must be put right before training, over all files."""
        examples, phrasings = self._corpus.all(), self._corpus.phrasings()
        return [
            *_repeated(examples),
            *_repeated(phrasings),
            *_taught_exam(examples, self._exam),
            *_taught_exam(phrasings, self._rights_exam),
            *self._too_few(),
        ]

    def coverage(self) -> list[Coverage]:
        """Of each intent, the least taught first."""
        rows = [self._coverage(intent) for intent in self._corpus.intents()]
        return sorted(rows, key=lambda row: row.count / row.enough)

    def rights_coverage(self) -> list[tuple[str, int]]:
        """Each right (as a label) and how many ways of asking about it are known, the least taught first."""
        return Counter(example.label for example in self._corpus.phrasings()).most_common()[::-1]

    def typical_count(self) -> float:
        return median(row.count for row in self.coverage())

    def _coverage(self, intent: str) -> Coverage:
        examples = self._corpus.of(intent)
        return Coverage(
            intent,
            len(examples),
            sum(bool(example.also) for example in examples),
            sum(len(example.folded.split()) <= 3 for example in examples),
            ENOUGH_CONDUCT if intent.startswith(CONDUCT) else ENOUGH,
        )

    def _too_few(self) -> Iterator[Finding]:
        for row in self.coverage():
            if row.count < row.enough:
                yield Finding("pocos", f"{row.intent} tiene {row.count} ejemplos; necesita {row.enough}.", True)
        for label, count in self.rights_coverage():
            if count < ENOUGH_RIGHT:
                yield Finding("pocos", f"{label} tiene {count} ejemplos; necesita {ENOUGH_RIGHT}.", True)


def _same(example: Example, others: list[Example]) -> Iterator[Finding]:
    folded = example.folded
    same = [other for other in others if other.folded == folded and folded]
    for other in same:
        if other.label == example.label:
            yield Finding("repetido", "Ya está, con las mismas palabras.", True, (other,))
        else:
            yield Finding("contradice", f"Las mismas palabras ya enseñan otra cosa: {other.label}.", True, (other,))


def _near(example: Example, others: list[Example]) -> Iterator[Finding]:
    folded = example.folded
    if len(folded) < 12:
        return
    pool = {i: other.folded for i, other in enumerate(others) if other.label == example.label}
    near = process.extract(folded, pool, scorer=fuzz.ratio, score_cutoff=NEAR, limit=3)
    if near:
        found = tuple(others[index] for _, _, index in near)
        yield Finding("parecido", "Casi igual a otro ejemplo: enseña poco.", others=found)


def _repeated(examples: list[Example]) -> Iterator[Finding]:
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.folded].append(example)
    for folded, group in groups.items():
        if folded and len({example.label for example in group}) > 1:
            names = ", ".join(sorted({example.label for example in group}))
            yield Finding("contradice", f"Las mismas palabras enseñan dos cosas: {names}.", False, tuple(group))
        elif folded and len(group) > 1:
            yield Finding("repetido", "Está dos veces.", False, tuple(group))


def _taught_exam(examples: list[Example], exam: list[str]) -> Iterator[Finding]:
    long = {text for text in exam if len(text.split()) >= EXAM_WORDS}
    for example in examples:
        if example.folded in long:
            yield Finding("examen", "Está en el examen con que se mide al bot.", True, (example,))


def _danger(example: Example) -> Iterator[Finding]:
    """What the rules of danger hear must not be taught as something else without a supervisor's word."""
    alarm = safety.check(example.text)
    if alarm and not example.labels & set(ALARMS):
        yield Finding(
            "peligro", f"Aquí se oye {alarm.kind}. Enseñarlo como {example.label} puede costar una vida.", True
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
    begins = example.folded.split()[:TEMPLATE_WORDS]
    if len(begins) < TEMPLATE_WORDS:
        return
    same = [o for o in others if o.label == example.label and o.folded.split()[:TEMPLATE_WORDS] == begins]
    if len(same) >= TEMPLATE:
        message = f"{len(same)} ejemplos empiezan igual («{' '.join(begins)}…»): dilo de otra manera."
        yield Finding("plantilla", message, others=tuple(same[:3]))


def _exam_texts() -> list[str]:
    return [item["text"] for block in _read_exam("heldout.yml")["nlu"] for item in block["examples"]]


def _rights_exam_texts() -> list[str]:
    exam = _read_exam("rights_heldout.yml")
    asked = [item for part in ("preguntas", "de_otras_manos") for items in exam[part].values() for item in items]
    return [item if isinstance(item, str) else item["text"] for item in (*asked, *exam["ninguna"])]


def _read_exam(name: str) -> dict[str, Any]:
    return yaml.load((EXAM / name).read_text(), Loader=yaml.CSafeLoader)
