"""The team's side of a conversation: take it over, answer, give it back.

A conversation has one holder. Each time it changes hands its epoch rises; the epoch is the holder's token, and what is
written with an older one is refused. From the moment `take` returns nothing of the bot goes out: what waited is dropped,
and what a sender had in its hands is waited for.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.channels.base import Channel
from bot.config import Settings
from bot.errors import RuleBroken
from bot.listening import with_fact
from bot.model import Conversation, Limits, Reply, Staff
from bot.sent_files import SentFiles
from bot.store import Store, Tx
from bot.store.base import now
from bot.store.desk import Request
from bot.texts import BLANK, Texts

log = logging.getLogger(__name__)

#: The longest that a takeover waits for a message the provider is just taking, and between looks, in seconds.
SILENCE_WITHIN, LOOK = 1.0, 0.01
#: Who may hold a conversation.
HOLDERS = ("equipo", "supervisor", "admin")
CHIEFS = ("supervisor", "admin")
#: How a person's part can end → what the borrower is told.
ENDINGS = {
    "bot": "utter_regresa_bot",
    "cerrada": "utter_cierra_persona",
    "abuso": "utter_cierra_persona",
    "fila": "utter_regresa_fila",
}
#: An escalated request is at least this urgent: more than who only asked for somebody, less than danger.
ESCALATED = 2


@dataclass(frozen=True)
class Reach:
    """Can the person be written to now? problem: why not: `bloqueada`, `ventana`, `apagado`, or empty.

    until: when the channel's window closes, if it has one.
    """

    problem: str
    limits: Limits
    until: float = 0.0


class Desk:
    """Everything that staff does in conversations, over one database."""

    def __init__(
        self, store: Store, texts: Texts, channels: Mapping[str, Channel], files: SentFiles, settings: Settings
    ) -> None:
        self._store, self._texts, self._channels = store, texts, channels
        self._files, self._settings = files, settings

    # --- changing hands ------------------------------------------------------------------------------------------------

    def take(self, conversation_id: str, member: Staff) -> int:
        """Take over a conversation that nobody has; a supervisor takes it from whoever has it. Returns the token.

        Raises RuleBroken: somebody else has it, or was faster.
        """
        _check_may_hold(member)
        with self._store.begin() as tx:
            before = tx.locked(conversation_id)
            if before.holder == member.id:
                return before.epoch
            if before.holder and member.role not in CHIEFS:
                raise RuleBroken(f"Ya la atiende {_name(tx, before.holder)}.")
            epoch = self._hand_over(tx, before, member, by=member)
        self._wait_for_silence(conversation_id, epoch)
        return epoch

    def transfer(self, conversation_id: str, by: Staff, to: Staff, epoch: int) -> None:
        """Give one's own conversation, or as a supervisor anybody's, to somebody else. Raises RuleBroken."""
        _check_may_hold(to)
        with self._store.begin() as tx:
            before = tx.locked(conversation_id)
            if by.role not in CHIEFS:
                self._check_mine(tx, before, by, epoch)
            if before.holder == to.id:
                raise RuleBroken(f"Ya la tiene {to.name}.")
            epoch = self._hand_over(tx, before, to, by)
        self._wait_for_silence(conversation_id, epoch)

    def give_back(self, conversation_id: str, member: Staff, epoch: int, how: str) -> None:
        """End the member's part. how: a key of ENDINGS. Raises RuleBroken."""
        with self._store.begin() as tx:
            before = tx.locked(conversation_id)
            self._check_mine(tx, before, member, epoch)
            self._end(tx, before, how, by=member.id)
            tx.note(member.id, f"devuelta_{how}", conversation_id)

    def _hand_over(self, tx: Tx, before: Conversation, to: Staff, by: Staff) -> int:
        epoch = tx.hold(before.id, to.id, only_from=before.holder)
        if not epoch:
            raise RuleBroken("Alguien más la tomó hace un instante.")
        tx.take_request(before.id, to.id)
        self._tell(tx, before.id, "utter_otra_persona" if before.holder else "utter_te_atiende")
        moved = f"{by.name} la pasó a {to.name}." if by.id != to.id or before.holder else f"La tomó {to.name}."
        tx.add_staff_note(before.id, by.id, moved, "aviso")
        tx.note(by.id, "pasada" if by.id != to.id else "tomada", before.id, a=to.email)
        return epoch

    def _end(self, tx: Tx, before: Conversation, how: str, by: str) -> None:
        if not tx.hold(before.id, "", only_from=before.holder):
            raise RuleBroken("Alguien más la tomó hace un instante.")
        if how == "fila":
            tx.change_request(before.id, status="open", holder="", taken_at=None)
        else:
            tx.change_request(before.id, status="ended", holder="", ended_at=now(), ended_as=how)
        if how == "abuso":
            tx.set_abuse(before.id, True)
        self._tell(tx, before.id, ENDINGS[how], has_draft=tx.draft(before.id) is not None)
        words = {
            "bot": "La conversación regresó al bot.",
            "cerrada": "La conversación se cerró.",
            "abuso": "Se marcó como abuso: ya no entra a la fila, salvo por peligro.",
            "fila": "La conversación regresó a la fila.",
        }
        tx.add_staff_note(before.id, by, words[how], "aviso")

    def _tell(self, tx: Tx, conversation_id: str, text: str, has_draft: bool = False) -> None:
        """The borrower is told who speaks from now on."""
        reply = self._texts.reply(text, equipo=self._settings.team_hours.text)
        if not has_draft:
            reply = replace(reply, buttons=())
        tx.add_reply(tx.conversation(conversation_id), reply, author="system")

    def _wait_for_silence(self, conversation_id: str, epoch: int) -> None:
        """What the provider is taking this moment was said before the takeover: let it be over."""
        until = time.monotonic() + SILENCE_WITHIN
        while time.monotonic() < until:
            with self._store.read() as tx:
                if not tx.bot_is_speaking(conversation_id, epoch):
                    return
            time.sleep(LOOK)
        log.warning(
            "conversation %s: a message was still on its way %s s after a takeover", conversation_id, SILENCE_WITHIN
        )

    def _check_mine(self, tx: Tx, conversation: Conversation, member: Staff, epoch: int) -> None:
        if conversation.holder == member.id and conversation.epoch == epoch:
            return
        if conversation.holder and conversation.holder != member.id:
            raise RuleBroken(f"Ya no la tienes: la atiende {_name(tx, conversation.holder)}. No se envió nada.")
        raise RuleBroken("Ya no la tienes: cambió de manos. Recarga la página. No se envió nada.")

    # --- answering -----------------------------------------------------------------------------------------------------

    def say(
        self,
        conversation_id: str,
        member: Staff,
        epoch: int,
        text: str,
        once: str,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        """Send a message as a person. The same `once` again is the same message.

        Raises:
            RuleBroken: not the holder any more, or it could not be delivered; nothing is sent.
            FileRefused: an attachment cannot be sent.
        """
        text = text.strip()
        with self._store.begin() as tx:
            conversation = tx.locked(conversation_id)
            self._check_mine(tx, conversation, member, epoch)
            if tx.has_said(conversation_id, once):
                return
            self._check_sayable(conversation, text, len(files))
            attachments = [self._files.keep(tx, conversation_id, member.id, name, data) for name, data in files]
            # one file a message: channels that send files send them so, with the text as its caption
            for number, reply in enumerate(_messages(text, attachments)):
                tx.add_reply(conversation, reply, author="staff", turn_id=once if not number else "")
            tx.note_first_reply(conversation_id)
            tx.note(member.id, "respuesta", conversation_id, archivos=len(files))

    def _check_sayable(self, conversation: Conversation, text: str, files: int) -> None:
        reach = self.reach(conversation)
        if reach.problem:
            raise RuleBroken(PROBLEMS[reach.problem])
        if not text and not files:
            raise RuleBroken("El mensaje está vacío.")
        if len(text) > reach.limits.text:
            raise RuleBroken(f"El mensaje tiene {len(text)} letras y por este canal caben {reach.limits.text}.")
        blank = BLANK.search(text)
        if blank:
            raise RuleBroken(f"Falta llenar {blank[0]} en el mensaje.")

    def reach(self, conversation: Conversation) -> Reach:
        """Whether a message would arrive now."""
        channel = self._channels.get(conversation.channel)
        if channel is None:
            return Reach("apagado", Limits(0, 0, 0, 0))
        limits = channel.limits
        if conversation.closed:
            return Reach("bloqueada", limits)
        left = limits.window - (now() - conversation.last_inbound_at).total_seconds() if limits.window else 0.0
        closed = limits.window and (left <= 0 or conversation.invited)
        return Reach("ventana" if closed else "", limits, max(left, 0.0))

    def invite(self, conversation_id: str, member: Staff, epoch: int) -> None:
        """Where the window is closed: ask the person to write, with the channel's template. Raises RuleBroken."""
        with self._store.begin() as tx:
            conversation = tx.locked(conversation_id)
            self._check_mine(tx, conversation, member, epoch)
            if self.reach(conversation).problem != "ventana":
                raise RuleBroken("A esta persona se le puede escribir sin plantilla.")
            if not tx.invite(conversation_id):
                raise RuleBroken("Ya se le invitó a escribir. En cuanto escriba, podrás contestar.")
            invitation = replace(self._texts.reply("utter_continuar"), invitation=True)
            tx.add_reply(tx.conversation(conversation_id), invitation, author="system")
            tx.note_first_reply(conversation_id)
            tx.note(member.id, "plantilla_enviada", conversation_id)

    def jot(self, conversation_id: str, member: Staff, text: str) -> None:
        """A note for the team; the borrower never sees it."""
        if not text.strip():
            raise RuleBroken("La nota está vacía.")
        with self._store.begin() as tx:
            tx.add_staff_note(conversation_id, member.id, text.strip())
            if tx.conversation(conversation_id).holder == member.id:
                tx.change_request(conversation_id, active_at=now())
            tx.note(member.id, "nota", conversation_id)

    def settle(self, conversation_id: str, member: Staff, epoch: int, suggestion_id: str, accept: bool) -> None:
        """Take what the bot heard into the complaint, or not. Raises RuleBroken."""
        with self._store.begin() as tx:
            self._check_mine(tx, tx.locked(conversation_id), member, epoch)
            found = next((s for s in tx.suggestions_of(conversation_id) if s["id"] == suggestion_id), None)
            if found is None or not tx.settle_suggestion(
                conversation_id, suggestion_id, "accepted" if accept else "dismissed"
            ):
                raise RuleBroken("Esa sugerencia ya se resolvió.")
            if accept:
                kept = tx.draft(conversation_id)
                consent = kept["consent_at"] if kept else None
                tx.put_draft(conversation_id, with_fact(kept, found["fact"], found["value"]), consent)
            tx.change_request(conversation_id, active_at=now())
            tx.note(member.id, "dato_aceptado" if accept else "dato_descartado", conversation_id, dato=found["fact"])

    # --- minding the clock -------------------------------------------------------------------------------------------

    def mind(self) -> int:
        """Give back to the queue what its holder left waiting, and raise what waits too long. Returns how many."""
        with self._store.read() as tx:
            idle = tx.idle_requests(now() - timedelta(minutes=self._settings.hold_minutes))
            idle = [r for r in idle if r.taken_at and tx.is_left_waiting(r.conversation_id, r.taken_at)]
            late = [r for r in tx.late_requests() if self.is_late(r)]
        return sum(self._let_go(request) for request in idle) + sum(self._escalate(request) for request in late)

    def is_late(self, request: Request) -> bool:
        """Has the first reply taken more working time than it may?"""
        allowed = timedelta(minutes=self._settings.first_reply_minutes)
        until = request.first_reply_at or now()
        return self._settings.team_hours.worked(request.created_at, until) > allowed

    def is_overdue(self, request: Request) -> bool:
        """Has it taken more working time than it may until it was resolved?"""
        allowed = timedelta(hours=self._settings.resolution_hours)
        return self._settings.team_hours.worked(request.created_at, request.ended_at or now()) > allowed

    def _let_go(self, request: Request) -> bool:
        with self._store.begin() as tx:
            before = tx.locked(request.conversation_id)
            current = tx.live_request(request.conversation_id)
            if before.holder != request.holder or current is None or current.active_at != request.active_at:
                return False  # they did something just now
            self._end(tx, before, "fila", by="")
            minutes = round(self._settings.hold_minutes)
            name = _name(tx, request.holder)
            tx.add_staff_note(before.id, "", f"{name} no contestó en {minutes} minutos.", "aviso")
            tx.note("", "devuelta_por_silencio", before.id, de=name)
            return True

    def _escalate(self, request: Request) -> bool:
        with self._store.begin() as tx:
            current = tx.live_request(request.conversation_id)
            if current is None or current.id != request.id or current.escalated_at or current.first_reply_at:
                return False
            tx.change_request(request.conversation_id, escalated_at=now(), urgency=max(current.urgency, ESCALATED))
            tx.add_staff_note(request.conversation_id, "", "La primera respuesta tarda más de lo prometido.", "aviso")
            tx.note("", "escalada", request.conversation_id)
            return True


#: Why a message would not arrive, for staff.
PROBLEMS = {
    "bloqueada": "Esta persona bloqueó el chat o cerró su cuenta: nada le llega hasta que vuelva a escribir.",
    "ventana": "Pasaron más de 24 horas desde su último mensaje y WhatsApp no entrega nada. Envíale la plantilla.",
    "apagado": "Este canal está apagado en la configuración.",
}


def _messages(text: str, attachments: list) -> list[Reply]:
    if not attachments:
        return [Reply(text)]
    first, *others = attachments
    return [Reply(text or first.name, attachments=(first,)), *(Reply(one.name, attachments=(one,)) for one in others)]


def _check_may_hold(member: Staff) -> None:
    if member.role not in HOLDERS or member.disabled:
        raise RuleBroken(f"{member.name} no atiende conversaciones.")


def _name(tx: Tx, staff_id: str) -> str:
    member = tx.staff_member(staff_id)
    return member.name if member else "alguien más"
