"""What a trainer should look at. The rule is the first function; the queue itself: bot/review_desk.py."""

from __future__ import annotations

from bot.certainty import NOT_UNDERSTOOD
from bot.model import Turn, TurnResult
from bot.store import Tx

#: Below this confidence a person may know better than the model.
SURE = 0.6
#: What people say when the answer before was not what they wanted.
COMPLAINTS = {"corregir": "correccion", "quejarse_del_bot": "queja_del_bot", "repetir": "no_entendieron"}
REASONS = {
    "duda": "el bot no estaba seguro",
    "no_entendio": "el bot dijo que no entendió",
    "dos_veces": "el bot falló dos veces seguidas",
    "correccion": "la persona se corrigió después",
    "queja_del_bot": "la persona se quejó de la respuesta",
    "no_entendieron": "la persona no entendió la respuesta",
    "equipo": "alguien del equipo lo marcó",
}


def is_doubtful(result: TurnResult) -> bool:
    """The model answered, but was not sure of what it read, or said that it did not know."""
    return result.intent == NOT_UNDERSTOOD or (bool(result.intent) and result.confidence < SURE)


def note(tx: Tx, turn: Turn, result: TurnResult) -> None:
    """Keep for review what was doubtful in a turn, and the turn before it when this one complains of the answer."""
    if not turn.texts:
        return
    before = tx.turn_before(turn.conversation.id, turn.id)
    if before and before[1] and result.intent in COMPLAINTS:
        _keep(tx, before[0], turn.conversation.id, before[1], "", 1.0, COMPLAINTS[result.intent])
    if not is_doubtful(result):
        return
    reason = _doubt(result.intent)
    if before and tx.review(before[0]):
        tx.set_review(before[0], reason="dos_veces")
        reason = "dos_veces"
    _keep(tx, turn.id, turn.conversation.id, "\n".join(turn.texts), result.intent, result.confidence, reason)


def mark(tx: Tx, turn_id: str, author: str) -> bool:
    """Somebody of the team says that the bot did not understand this turn. False when nothing was typed in it."""
    text = tx.turn_text(turn_id)
    if not text:
        return False
    if not tx.set_review(turn_id, reason="equipo", marked_by=author, status="open"):
        _keep(tx, turn_id, tx.turn_conversation(turn_id), text, "", 1.0, "equipo", author)
    return True


def unmark(tx: Tx, turn_id: str) -> None:
    """Take a mark back: what only a person doubted leaves the queue, what the model doubted stays."""
    known = tx.review(turn_id)
    if not known or not known["marked_by"] or known["status"] != "open":
        return
    if known["intent"]:
        tx.set_review(turn_id, reason=_doubt(known["intent"]), marked_by="")
    else:
        tx.set_review(turn_id, marked_by="", status="discarded")


def _doubt(intent: str) -> str:
    return "no_entendio" if intent == NOT_UNDERSTOOD else "duda"


def _keep(
    tx: Tx, turn_id: str, conversation_id: str, text: str, intent: str, confidence: float, reason: str, by: str = ""
) -> None:
    tx.add_review(turn_id, conversation_id, text, intent=intent, confidence=confidence, reason=reason, marked_by=by)
