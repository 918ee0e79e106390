"""What a person does with what we hold of them: see it, have it deleted, withdraw a complaint."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Literal

from actions import draft as drafts
from actions.draft import Draft
from actions.hints import removal
from actions.said import Said
from actions.wording import Wording
from bot.complaints import NEXT_STATUS, Complaints
from bot.erasure import Erasure
from bot.folding import plain
from bot.folio import read_folio
from bot.model import Case

Values = dict[str, str]
Wish = Literal["", "ver", "borrar", "borrar_si", "borrar_no", "retirar", "retirar_si", "retirar_no"]

TAPPED = ("borrar_si", "borrar_no", "retirar_si", "retirar_no")
WITHDRAW = re.compile(
    r"\b(?:retir\w+|desist\w+ de|dar de baja|cancel\w+|quit\w+) (?:a )?(?:mi|la|esta|una) (?:queja|denuncia|reclamo|folio)\b"
)
ERASE = re.compile(
    r"\b(?:borr|elimin|suprim|supres|olvid|quit)\w*|\bdar de baja\b|\bno (?:quiero que )?(?:guarden|tengan|usen)\b"
)
SEE = re.compile(
    r"^(?:ver |muestrame |ensename |quiero (?:ver |saber ))?mis datos$"
    r"|\bque (?:datos|informacion|cosas)? ?(?:mios |mias )?(?:tienes|tienen|guardas|guardan|sabes|saben)\b"
    r"|\b(?:ver|muestra|muestrame|ensename|dame|consultar|copia de|acceso a|acceder a) (?:todos )?(?:mis datos|mi informacion|lo que (?:tienes|tienen|guardas|guardan))\b"
)


def wish(said: Said) -> Wish:
    """What they want with their data, from the option tapped or else from the words. Empty: none of these."""
    if said.choice in TAPPED:
        return said.choice  # type: ignore[return-value]  # one of TAPPED
    words = plain(said.text).strip(" .,!?¿¡")
    if removal(said.text):
        return ""
    if WITHDRAW.search(words):
        return "retirar"
    if said.intent == "borrar_datos":
        return "ver" if SEE.search(words) and not ERASE.search(words) else "borrar"
    return "ver" if SEE.search(words) else ""


class OwnData:
    """Wishes → responses of domain.yml with their blanks filled."""

    def __init__(self, wording: Wording, complaints: Complaints, erasure: Erasure) -> None:
        self._wording, self._complaints, self._erasure = wording, complaints, erasure

    def answer(self, said: Said, wanted: Wish) -> list[tuple[str, Values]]:
        """Everything but the deletion itself, which also gives files (`erase`)."""
        if wanted == "ver":
            return self._show(said)
        if wanted == "borrar":
            return [("utter_confirma_borrar", self._held(said))]
        if wanted == "borrar_no":
            return [("utter_no_borre", {})]
        if wanted == "retirar_no":
            return [("utter_no_retire", {})]
        return self._withdraw(said, sure=wanted == "retirar_si")

    def erase(self, said: Said) -> tuple[list[tuple[str, Values]], tuple[Case, ...]]:
        """Delete everything. The tombstones lead to the signed notes."""
        gone = self._erasure.erase(said.conversation, said.turn_id)
        return [("utter_datos_borrados", self._wording.operator())], gone.cases

    def _held(self, said: Said) -> Values:
        cases = self._complaints.of_conversation(said.conversation)
        folios = ", ".join(case.folio for case in cases)
        return {
            "quejas": self._wording.word("con_folios", folios=folios) if cases else self._wording.word("sin_folios")
        }

    def _show(self, said: Said) -> list[tuple[str, Values]]:
        cases = self._complaints.of_conversation(said.conversation)
        shown: list[tuple[str, Values]] = [("utter_mis_datos_queja", self._case(case)) for case in cases]
        draft = drafts.load(self._complaints, said.conversation, said.turn_id)
        if draft and (draft.story or draft.facts or draft.name):
            shown.append(("utter_mis_datos_borrador", self._wording.summary(draft, [], whole=True)))
        count = self._erasure.message_count(said.conversation)
        return [*shown, ("utter_mis_datos", {"mensajes": str(count), **self._wording.operator()})]

    def _case(self, case: Case) -> Values:
        facts = asdict(case.facts)
        who = facts.pop("complainant")
        story, violations = facts.pop("description"), list(facts.pop("violations"))
        draft = Draft(facts=facts, story=[story], violations=violations, **who)
        day = self._wording.day(case.created_at.date().isoformat())
        status = self._wording.word(case.status)
        blanks = self._wording.summary(draft, list(case.evidence), whole=True)
        return {**blanks, "folio": case.folio, "estado": status, "registrada": day}

    def _withdraw(self, said: Said, sure: bool) -> list[tuple[str, Values]]:
        """The complaint named by its folio (the button names it), or else the latest that can still be withdrawn."""
        asked = read_folio(said.entities.get("folio", "") or said.text)
        cases = self._complaints.of_conversation(said.conversation)
        if asked:
            cases = [case for case in cases if case.folio == asked.folio]
        if sure and asked and cases and cases[-1].status == "retirada":
            return [("utter_retirada", {"folio": cases[-1].folio})]  # tapped twice, or answered again after a crash
        open_ones = [case for case in cases if "retirada" in NEXT_STATUS.get(case.status, ())]
        if not open_ones or (sure and not asked):
            return [("utter_nada_que_retirar", {})]
        folio = open_ones[-1].folio
        if not sure:
            return [("utter_confirma_retirar", {"folio": folio})]
        self._complaints.change_status(folio, "retirada", "a petición de la persona")
        return [("utter_retirada", {"folio": folio})]
