"""Outside the form: whether what is said belongs to a complaint after all. Pure functions.

Rasa's rules lead each intent to an action; the model may be wrong about the intent, and a person who has a complaint half
told, or filed, goes on with it in any words.
"""

from __future__ import annotations

from actions import opening
from actions.filed import concerns_filed
from actions.hints import removal
from actions.outcome import Filed
from actions.rights import asks_a_right
from actions.said import Said
from bot.certainty import NOT_UNDERSTOOD

#: Said with these, data are the beginning of a story and no question.
DATA = ("agencia", "telefono", "frecuencia", "fecha", "hora", "monto", "canal")
#: Words up to which a question tells nothing of its own.
SHORT_QUESTION = 12
#: Intents that are taken as they are, whatever else the words may hold.
AS_SAID = ("saludar", "pedir_humano", "consultar_estado", "borrar_datos")


#: What the model takes it for when somebody was called, written to or looked for, and asks nothing.
HEARD_AMISS = ("fuera_de_alcance", NOT_UNDERSTOOD, "consultar_agencia")


def belongs_to_form(said: Said, begun: bool, case: Filed | None, files: bool = False) -> bool:
    """begun: there is a draft. case: the complaint of this chat that is open. files: some wait for a complaint."""
    if said.tapped:
        return False
    hints = said.hints
    if removal(said.text) and (files or (case and case.files)):
        return True
    if concerns_filed(said, case):
        return True
    if hints.minor or hints.bank or (hints.not_infonavit and begun) or (hints.court_paper and not hints.asking):
        return True
    if asks_a_right(said):
        return False
    if said.conducts and not _is_surely_other(said):
        return True
    if hints.resumes:
        return True
    if begun and (hints.nameless or (said.tells and not hints.asking)):
        return said.intent not in AS_SAID or not said.is_sure
    if opening.doubt(said):
        return True
    return not hints.asking and (_tells_story(said) or (hints.contacted and said.intent in HEARD_AMISS))


def _is_surely_other(said: Said) -> bool:
    """A short question, or a goodbye… of which the model is sure, though a conduct is named in it."""
    if said.hints.asking and len(said.text.split()) <= SHORT_QUESTION:
        return True
    return said.is_sure and (said.hints.asking or said.intent in AS_SAID)


def _tells_story(said: Said) -> bool:
    """Data of a case, in words that ask nothing, with an intent that is not sure."""
    named = [entity for entity in said.entities if entity in DATA]
    return len(named) >= 2 and (not said.is_sure or said.intent == NOT_UNDERSTOOD)
