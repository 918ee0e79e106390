"""From a public complaint to a private conversation: a link with a code that opens knowing the matter.

A code is opened by one conversation. Whoever else follows the link is greeted as anybody is, and learns nothing.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from urllib.parse import quote

from bot.config import Settings
from bot.errors import RuleBroken
from bot.listening import with_fact
from bot.model import Staff
from bot.store import Store, Tx
from bot.store.referrals import Referral
from bot.texts import Texts

#: Key of the network → its name.
ORIGINS = {"x": "X", "facebook": "Facebook", "instagram": "Instagram", "tiktok": "TikTok", "otra": "otra red"}
#: Letters and digits that are not mistaken for each other.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
#: How a code arrives: as a deep link's payload, or inside the words that a wa.me link fills in.
PAYLOAD = re.compile(rf"ref_([{ALPHABET}]{{{LENGTH}}})")
IN_TEXT = re.compile(rf"\bBT·([{ALPHABET}]{{{LENGTH}}})\b")
LONGEST = {"handle": 60, "said": 2000, "agency": 80, "notes": 2000}


@dataclass(frozen=True)
class Links:
    """Where a referral is opened, each empty when that channel is not set up, and what to paste in public."""

    web: str
    telegram: str
    whatsapp: str
    reply: str


class Referrals:
    def __init__(self, store: Store, texts: Texts, settings: Settings) -> None:
        self._store, self._texts, self._settings = store, texts, settings

    def add(self, member: Staff, origin: str, handle: str, said: str, agency: str, notes: str) -> str:
        """Make a referral and return its id. Raises RuleBroken."""
        if origin not in ORIGINS:
            raise RuleBroken("Elige en qué red se publicó.")
        body = {
            "handle": handle.strip().lstrip("@"),
            "said": said.strip(),
            "agency": agency.strip(),
            "notes": notes.strip(),
        }
        if not body["said"]:
            raise RuleBroken("Escribe qué publicó la persona.")
        for name, longest in LONGEST.items():
            if len(body[name]) > longest:
                raise RuleBroken(f"Hay un texto de más de {longest} letras. Acórtalo.")
        with self._store.begin() as tx:
            id_ = tx.add_referral(_new_code(), member.id, origin, body)
            tx.note(member.id, "canalizacion", id_, red=origin)
            return id_

    def came_by(self, conversation_id: str, start: str) -> str:
        """The network that led here, if this deep link is of a referral that was opened in this conversation."""
        code = code_in(start, "")
        if not code:
            return ""
        with self._store.read() as tx:
            referral = tx.referral_by_code(code)
        return ORIGINS[referral.origin] if referral and referral.conversation_id == conversation_id else ""

    def links(self, referral: Referral) -> Links:
        """What to send, and a reply to paste that asks for no personal data in public."""
        host, port = self._settings.gateway
        base = self._settings.public_url or f"http://{host}:{port}"
        web = f"{base}/?c={referral.code}"
        bot, number = self._settings.telegram_bot_name, self._settings.whatsapp_number
        hello = quote(self._texts.reply("utter_canalizacion_hola", codigo=f"BT·{referral.code}").text)
        telegram = f"https://t.me/{bot}?start=ref_{referral.code}" if bot else ""
        whatsapp = f"https://wa.me/{number}?text={hello}" if number else ""
        reply = self._texts.reply("utter_canalizacion_respuesta", enlace=telegram or web).text
        return Links(web, telegram, whatsapp, reply)


def code_in(start: str, text: str) -> str:
    """The code that a first message brings, or an empty string. It may be made up: nothing is trusted yet."""
    found = PAYLOAD.fullmatch(start) or IN_TEXT.search(text)
    return found[1] if found else ""


def open_in(tx: Tx, code: str, conversation_id: str) -> bool:
    """Tie a referral to the conversation that opens it, and begin its complaint. False when the code is unknown, or
    was opened by somebody else."""
    referral = tx.referral_by_code(code)
    if referral is None:
        return False
    if referral.conversation_id:
        return referral.conversation_id == conversation_id
    if not tx.open_referral(code, conversation_id):
        return False
    kept = tx.draft(conversation_id)
    consent = kept["consent_at"] if kept else None
    body = with_fact(kept, "story", referral.said)
    if referral.agency and not body["now"].get("facts", {}).get("agency"):
        body = with_fact(body, "agency", referral.agency)
    tx.put_draft(conversation_id, body, consent)
    return True


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
