"""Ready answers: those of `domain.yml` (`utter_equipo_…`), with what the team changed, added or took away.

What the team writes wins over the file. A blank is a word in braces, `{dato}`; it must be filled before sending.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ulid import ULID

from bot.channels.base import Channel
from bot.errors import RuleBroken
from bot.model import Staff
from bot.store import Store, Tx
from bot.store.ready_answers import KeptAnswer
from bot.texts import BLANK, Texts

LONGEST_TITLE = 60
#: Letters that are kept free for what each blank is filled with.
BLANK_ROOM = 40
STRAY_BRACE = re.compile(r"[{}]")


@dataclass(frozen=True)
class ReadyAnswer:
    """ours: it stands in domain.yml too; version: 0 while it is as it stands there."""

    id: str
    title: str
    text: str
    version: int = 0
    deleted: bool = False
    ours: bool = False


class ReadyAnswers:
    def __init__(self, store: Store, texts: Texts, channels: dict[str, Channel]) -> None:
        self._store, self._texts = store, texts
        self._limits = {name: channel.limits.text for name, channel in channels.items()}

    def all(self) -> list[ReadyAnswer]:
        """Also those that were taken away; by title."""
        with self._store.read() as tx:
            return self._all(tx)

    def for_channel(self, channel: str) -> list[ReadyAnswer]:
        """Those that can be picked there: not taken away, and not too long."""
        return [a for a in self.all() if not a.deleted and channel not in self.too_long(a.text)]

    def show(self, id_: str) -> ReadyAnswer:
        """Raises RuleBroken."""
        with self._store.read() as tx:
            return self._one(tx, id_)

    @property
    def limits(self) -> dict[str, int]:
        """Channel → letters that fit into one of its messages."""
        return dict(self._limits)

    def too_long(self, text: str) -> dict[str, int]:
        """Channel → letters too many, of the channels where it would not fit with its blanks filled."""
        length = length_of(text)
        return {name: length - limit for name, limit in self._limits.items() if length > limit}

    def add(self, member: Staff, title: str, text: str) -> str:
        """Raises RuleBroken."""
        answer = KeptAnswer(str(ULID()), title, text, 0, False)
        self._keep(member, answer, 0, "respuesta_agregada")
        return answer.id

    def change(self, member: Staff, id_: str, seen: int, title: str, text: str) -> None:
        """seen: its version on the page where it was changed. Raises RuleBroken, also when it is another one by now."""
        self._keep(member, KeptAnswer(self.show(id_).id, title, text, seen, False), seen, "respuesta_cambiada")

    def take_away(self, member: Staff, id_: str, seen: int) -> None:
        """Nobody can pick it any more; it can be brought back."""
        with self._store.begin() as tx:
            answer = self._one(tx, id_)
            kept = KeptAnswer(id_, answer.title, answer.text, seen, True)
            _put(tx, kept, member, seen)
            tx.note(member.id, "respuesta_borrada", id_, titulo=answer.title)

    def bring_back(self, member: Staff, id_: str, seen: int) -> None:
        """One that was taken away can be picked again; one of domain.yml says again what stands there."""
        with self._store.begin() as tx:
            answer = self._one(tx, id_)
            if not answer.ours:
                _put(tx, KeptAnswer(id_, answer.title, answer.text, seen, False), member, seen)
            elif not tx.drop_ready_answer(id_, seen):
                raise RuleBroken(CHANGED)
            tx.note(member.id, "respuesta_restaurada", id_, titulo=answer.title)

    def _keep(self, member: Staff, answer: KeptAnswer, seen: int, action: str) -> None:
        answer = replace(answer, title=" ".join(answer.title.split()), text=answer.text.strip())
        with self._store.begin() as tx:
            self._check(answer, self._all(tx))
            _put(tx, answer, member, seen)
            tx.note(member.id, action, answer.id, titulo=answer.title)

    def _check(self, answer: KeptAnswer, others: list[ReadyAnswer]) -> None:
        if not answer.title or not answer.text:
            raise RuleBroken("Escribe un título y un texto.")
        if len(answer.title) > LONGEST_TITLE:
            raise RuleBroken(f"El título tiene más de {LONGEST_TITLE} letras. Acórtalo.")
        if any(o.title.lower() == answer.title.lower() and o.id != answer.id and not o.deleted for o in others):
            raise RuleBroken("Ya hay una respuesta con ese título.")
        if STRAY_BRACE.search(BLANK.sub("", answer.text)):
            raise RuleBroken(
                "Hay una llave suelta. Un espacio por llenar se escribe así: {dato}, sin espacios adentro."
            )
        over = self.too_long(answer.text)
        if over and len(over) == len(self._limits):
            raise RuleBroken(f"El texto no cabe en ningún canal: sobran {min(over.values())} letras. Acórtalo.")

    def _one(self, tx: Tx, id_: str) -> ReadyAnswer:
        found = next((answer for answer in self._all(tx) if answer.id == id_), None)
        if found is None:
            raise RuleBroken("Esa respuesta ya no existe.")
        return found

    def _all(self, tx: Tx) -> list[ReadyAnswer]:
        ours = {name: ReadyAnswer(name, title, text, ours=True) for name, title, text in self._texts.ready_made()}
        kept = {
            one.id: ReadyAnswer(one.id, one.title, one.text, one.version, one.deleted, one.id in ours)
            for one in tx.ready_answers()
        }
        return sorted((ours | kept).values(), key=lambda answer: answer.title.lower())


CHANGED = (
    "Alguien cambió esta respuesta mientras la tenías abierta. Copia tu texto, recarga la página y vuelve a intentarlo."
)


def length_of(text: str) -> int:
    """Letters with every blank filled."""
    return len(BLANK.sub("x" * BLANK_ROOM, text))


def _put(tx: Tx, answer: KeptAnswer, member: Staff, seen: int) -> None:
    if not tx.put_ready_answer(answer, member.id, seen):
        raise RuleBroken(CHANGED)
