"""How sure the model must be, and of what. Everybody who reads what it understood asks here."""

from __future__ import annotations

#: Intents that must never be overheard.
ALARMS = ("emergencia", "crisis_emocional")
#: A danger or despair that only the model heard needs this much: the rules have already heard the plain ones.
ALARM_SURE = 0.5
#: Below this the model is only guessing and the words count more than the intent.
SURE = 0.5
#: Below this the dialogue says that it did not understand, unless it may be an alarm.
DOUBT = 0.25
NOT_UNDERSTOOD = "nlu_fallback"


def taken_as(intent: str, confidence: float) -> str:
    """The intent as the dialogue takes it."""
    return intent if confidence >= DOUBT or intent in ALARMS else NOT_UNDERSTOOD
