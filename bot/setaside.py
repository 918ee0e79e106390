"""What was given up: turns nobody could answer and messages that did not go out. Visible, and to be tried again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.errors import RuleBroken
from bot.store import Store

#: Why a message was given up, and what its cure is. The keys are codes of `bot/errors.py` and the outbox's own.
CURES = {
    "fallo": "Rasa no pudo contestar ese turno; una persona ya lo tiene. Mira la bitácora del worker",
    "rejected": "el canal no lo acepta; suele ser un token vencido (WhatsApp 190): cambia el token",
    "unavailable": "el canal no respondió durante un día",
    "recipient_gone": "la persona bloqueó al bot o cerró su cuenta; no hay nada que hacer",
    "channel_closed": "la persona bloqueó al bot, o el canal está apagado",
}
OTHER = "mira la bitácora del worker"


class SetAside:
    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self) -> list[dict[str, Any]]:
        """Oldest first: id (`E…` came in, `S…` was to go out), conversation_id, channel, at, error."""
        with self._store.read() as tx:
            return tx.failed_rows()

    def counts(self) -> dict[str, dict[str, int]]:
        """`inbox` and `outbox`: how many, by the reason."""
        with self._store.read() as tx:
            return tx.failed_counts()

    def retry(self, ids: Sequence[str] = (), error: str = "") -> int:
        """Try again those with these ids, or with this error, or all. Returns how many. What was sent stays sent.

        Raises RuleBroken: an id that was not given up.
        """
        found = {row["id"]: row for row in self.rows()}
        unknown = [id_ for id_ in ids if id_ not in found]
        if unknown:
            raise RuleBroken(f"{unknown[0]} no está entre lo apartado. Mira: uv run buentrato queue failed")
        chosen = [id_ for id_ in ids or found if not error or found[id_]["error"] == error]
        with self._store.begin() as tx:
            answers = tx.requeue_answers([id_[1:] for id_ in chosen if id_[0] == "E"])
            return answers + tx.requeue_sendings([int(id_[1:]) for id_ in chosen if id_[0] == "S"])
