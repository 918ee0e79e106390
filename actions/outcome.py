"""What one turn of the dialogue may know, and what comes out of it. Values only, and how the next question is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from actions import questions
from actions.draft import Draft

End = Literal["", "registrar", "dejar", "pausa", "olvidar"]
#: Questions that offer no choice of their own beyond leaving them out.
OPEN_ENDED = ("relato", "agencia", "fecha", "telefono", "lugar", "nombre")


@dataclass(frozen=True)
class File:
    """A file that waits for the complaint to be filed, or belongs to a filed one."""

    id: str
    kind: str


@dataclass(frozen=True)
class Filed:
    """A complaint of this chat that is still open."""

    folio: str
    facts: dict[str, str]
    violations: tuple[str, ...]
    name: str
    story: str
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Scene:
    """What a turn may know beside the draft. filed, files: oldest first. files: without those of this turn's removals."""

    now: datetime
    filed: tuple[Filed, ...] = ()
    files: tuple[File, ...] = ()

    @property
    def open_case(self) -> Filed | None:
        return self.filed[-1] if self.filed else None


@dataclass(frozen=True)
class Say:
    """A response of domain.yml by name, or (`answer_…`) what forms.py makes an answer of; with the blanks to fill."""

    name: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """What is done to what is kept, once however often the turn runs. kind: anotar and corregir a filed complaint,
    quitar a file, quitar_registrada files of a filed complaint, avisar when a complaint changes."""

    kind: Literal["anotar", "corregir", "quitar", "quitar_registrada", "avisar"]
    target: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass
class Outcome:
    """end: how the form ends with this turn, if it does; `olvidar` forgets the draft and keeps its files. handoff: why a
    person is needed, if one is."""

    draft: Draft
    scene: Scene
    says: list[Say] = field(default_factory=list)
    end: End = ""
    handoff: str = ""
    effects: list[Effect] = field(default_factory=list)

    def say(self, name: str, **values: str) -> None:
        self.says.append(Say(name, values))

    def ask(self, again: bool = False) -> Outcome:
        """Ask the next open question; one that was asked before is asked in other words."""
        draft = self.draft
        question = questions.open_question(draft)
        draft.pending = question
        times = draft.asked.get(question, 0)
        draft.asked[question] = times + 1
        if question == "confirmacion":
            self.say("answer_resumen")
        elif question == "duda":
            self.say("answer_duda", opciones=",".join(draft.doubt))
        else:
            other_words = "_otra_vez" if again and times else ""
            self.say(f"utter_pregunta_{questions.wording_of(question, draft)}{other_words}", **_blanks(draft))
        return self

    def ask_about(self, road: str, again: bool = False) -> Outcome:
        """Ask something that stands before the next open question until it is answered."""
        self.draft.road = road
        return self.ask(again)


def _blanks(draft: Draft) -> dict[str, str]:
    return {"folio": draft.about, "quien": yours(draft.affected)}


def yours(person: str) -> str:
    """ "mi mamá" as it is said back to who said it."""
    return "tu " + person.removeprefix("mi ") if person.startswith("mi ") else person
