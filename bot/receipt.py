"""A complaint's receipt: the PDF a person prints, what is signed of it, and how it is checked.

What is signed says which case it is and the hash of the last event that changed what was told (bot/complaints.py).
The PDF ends in a comment line with that and the hash of every byte before it, so that changing what can be read is
noticed too; readers ignore the line:

    %BuenTrato-1 <base64url of the canonical JSON> <signature of that value>
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from bot.catalog import Catalog
from bot.chain import verify_chain
from bot.complaints import Complaints
from bot.dayparts import is_clock
from bot.errors import RuleBroken
from bot.model import Attachment, Case, CaseEvent, Evidence, Facts
from bot.privacy import Vault
from bot.receipt_paper import Paper, draw
from bot.signing import Signer, canonical, is_signed, pack, unpack
from bot.texts import Texts

MEXICO = ZoneInfo("America/Mexico_City")
SEAL = re.compile(rb"\n%BuenTrato-1 ([\w-]+) ([\w-]+)\n\Z")
#: Events that say what was told; the others only say where the case stands.
CONTENT = ("registrada", "evidencia", "prueba_retirada", "correccion", "bitacora")


@dataclass(frozen=True)
class Checked:
    """What anybody may know of a receipt: nothing that was told.

    Attributes:
        verdict: valido, alterado when the history was tampered with, or borrado when what was told is gone.
        status: the word for it that people read.
        hashes: when what was told was filed or added to, and its hash then.
    """

    verdict: str
    folio: str
    filed: str
    status: str
    hashes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Issuer:
    """Who gives receipts. base: where they can be checked from outside. link: before addresses given in a chat."""

    name: str
    base: str
    link: str


class Receipts:
    """Receipts of filed complaints."""

    def __init__(
        self, complaints: Complaints, catalog: Catalog, texts: Texts, signer: Signer, vault: Vault, issuer: Issuer
    ) -> None:
        self._complaints, self._catalog, self._texts = complaints, catalog, texts
        self._signer, self._vault, self._issuer = signer, vault, issuer

    @property
    def public_key(self) -> str:
        return self._signer.public

    @property
    def say(self) -> dict[str, Any]:
        """The sentences of receipts and of the page that checks them, by name."""
        return self._catalog.receipt

    def attachment(self, case: Case) -> Attachment:
        """The PDF as it is sent in a chat. Who has this address can read it: the receipt, and once what was told is
        erased, the note that says so."""
        path = f"/recibo/{case.receipt_id}.pdf?k={self._token(case.receipt_id)}"
        return Attachment(self._issuer.link + path, self._file_name(case))

    def pdf(self, receipt_id: str, token: str) -> tuple[str, bytes] | None:
        """Name and bytes of the PDF, or None when there is no such receipt or the token is not its own."""
        if not _same(token, self._token(receipt_id)):
            return None
        case = self._complaints.of_receipt(receipt_id)
        return (self._file_name(case), self.paper(case)) if case else None

    def pdf_at(self, url: str) -> bytes | None:
        """The PDF that one of our own attachments leads to."""
        parts = urlsplit(url)
        found = re.fullmatch(r"/recibo/([\w-]+)\.pdf", parts.path)
        made = self.pdf(found[1], parse_qs(parts.query).get("k", [""])[0]) if found else None
        return made[1] if made else None

    def check(self, receipt_id: str) -> Checked | None:
        case = self._complaints.of_receipt(receipt_id)
        if case is None:
            return None
        return Checked(
            verdict=_verdict(case),
            folio=case.folio,
            filed=self._say("pagina_momento", **_moment(case.created_at)),
            status=self._texts.reply(f"utter_palabra_{case.status}").text,
            hashes=tuple((self._say("pagina_huella", **_moment(e.at)), e.hash) for e in _contents(case)),
        )

    def paper(self, case: Case) -> bytes:
        """The signed PDF."""
        statement = self._statement(case)
        data = draw(self._note(case, statement) if case.erased_at else self._sheet(case, statement))
        sealed = {**statement, "pdf": hashlib.sha256(data).hexdigest()}
        return data + f"\n%BuenTrato-1 {pack(canonical(sealed))} {self._signer.sign(sealed)}\n".encode()

    def _file_name(self, case: Case) -> str:
        return self._say("nota_archivo" if case.erased_at else "archivo", folio=case.folio)

    def _token(self, receipt_id: str) -> str:
        return self._vault.pseudonym("receipt", receipt_id)[:40]

    def _say(self, name: str, **values: str) -> str:
        return self._catalog.receipt[name].format_map(values) if values else self._catalog.receipt[name]

    def _statement(self, case: Case) -> dict[str, str | int]:
        last = _contents(case)[-1]
        erased = {"borrada": case.erased_at.isoformat()} if case.erased_at else {}
        return {
            "folio": case.folio,
            "recibo": case.receipt_id,
            "registrada": case.created_at.isoformat(),
            "evento": last.seq,
            "huella": last.hash,
            **erased,
        }

    def _sheet(self, case: Case, statement: dict[str, str | int]) -> Paper:
        url = f"{self._issuer.base}/recibo/{case.receipt_id}"
        return Paper(
            say=self.say,
            folio=case.folio,
            made_at=_contents(case)[-1].at,
            dates=self._dates(case),
            disclaimer=self._say("no_oficial", operador=self._issuer.name),
            greeting=self._greeting(case),
            facts=self._facts(case),
            story=case.facts.description.strip() or self._say("sin_relato"),
            log=self._log(case),
            guidelines=self._guidelines(case),
            evidence=tuple(self._evidence(item) for item in case.evidence),
            channels=tuple(
                self._catalog.receipt[name].format_map(self._catalog.contact)
                for name in ("donde_mi_cuenta", "donde_infonatel", "donde_kioscos")
            ),
            signs=not case.facts.complainant.anonymous,
            url=url,
            proof=(
                (self._say("huella"), str(statement["huella"])),
                (self._say("sello"), self._signer.sign(statement)),
                (self._say("clave"), self._signer.public),
            ),
        )

    def _note(self, case: Case, statement: dict[str, str | int]) -> Paper:
        """What was deleted and what stays, on the same paper."""
        assert case.erased_at is not None
        say = {**self.say, **{name: self.say[f"nota_{name}"] for name in ("titulo", "para", "datos", "comprobar_como")}}
        erased = self._say("pagina_momento", **_moment(case.erased_at))
        return replace(
            self._sheet(case, statement),
            say=say,
            made_at=case.erased_at,
            disclaimer=self._say("nota_no_oficial", operador=self._issuer.name),
            greeting=self._say("nota_borrado", fecha=erased),
            facts=tuple(
                (self._say(f"nota_{name}"), self._say(f"nota_{name}_que")) for name in ("fue", "queda", "copias")
            ),
            is_note=True,
        )

    def _dates(self, case: Case) -> tuple[str, ...]:
        filed, last = self._say("registrada", **_moment(case.created_at)), _contents(case)[-1]
        return (filed,) if last.seq == 1 else (filed, self._say("agregada", **_moment(last.at)))

    def _greeting(self, case: Case) -> str:
        who = case.facts.complainant
        named = who.name and not who.anonymous
        return self._say(
            "saludo",
            quien=self._say("quien_con_nombre", nombre=who.name) if named else self._say("quien_anonima"),
            trato=self._treated(case),
            agencia=case.facts.agency or self._say("agencia_sin_nombre"),
        )

    def _treated(self, case: Case) -> str:
        """Who was treated badly: who complains, or somebody of theirs."""
        affected = case.facts.affected
        return self._say("trato_de", quien=affected) if affected.startswith("mi ") else self._say("trato_propio")

    def _log(self, case: Case) -> tuple[tuple[str, str], ...]:
        """What happened after it was filed, and what was put right in words: a line that says when, and what was told."""
        entries = []
        for event in case.events:
            if event.kind == "bitacora" and event.detail:
                entries.append((self._entry(event.detail), event.detail.get("description", "")))
            elif event.kind == "correccion" and event.detail.get("remark"):
                entries.append((self._say("aclaracion", **_moment(event.at)), event.detail["remark"]))
        return tuple(entries)

    def _entry(self, entry: dict[str, Any]) -> str:
        """ "lunes 23 de noviembre de 2026, a las 22:00; llamada; Delta Norte"."""
        channel = entry.get("contact_channel", "")
        parts = (
            self._when(entry.get("incident_date", ""), entry.get("incident_time", "")),
            self._texts.reply(f"utter_palabra_{channel}").text if channel else "",
            entry.get("agency", ""),
            entry.get("agency_phone", ""),
            entry.get("place", ""),
        )
        return "; ".join(part for part in parts if part)

    def _facts(self, case: Case) -> tuple[tuple[str, str], ...]:
        facts, who = case.facts, case.facts.complainant
        channel = self._texts.reply(f"utter_palabra_{facts.contact_channel}").text if facts.contact_channel else ""
        rows = {
            "presenta": self._say("anonima") if who.anonymous else who.name,
            "relacion": self._texts.reply(f"utter_palabra_relacion_{facts.relation}").text if facts.relation else "",
            "contacto": "" if who.anonymous else who.phone,
            "agencia": facts.agency,
            "cuando": self._unsure(facts, "incident_date", self._when(facts.incident_date, facts.incident_time)),
            "medio": channel,
            "telefono": facts.agency_phone,
            "lugar": facts.place,
            "frecuencia": facts.frequency,
            "monto": _pesos(facts.amount),
        }
        return tuple((self._say(name), value) for name, value in rows.items() if value)

    def _unsure(self, facts: Facts, fact: str, value: str) -> str:
        return self._texts.reply("utter_palabra_dudoso", valor=value).text if fact in facts.uncertain else value

    def _when(self, day: str, hour: str) -> str:
        try:
            written = format_datetime(datetime.fromisoformat(day), "EEEE d 'de' MMMM 'de' y", locale="es_MX")
        except ValueError:
            written = day
        if not (written and hour):
            return written or hour
        return self._say("a_las" if is_clock(hour) else "por_la", dia=written, hora=hour)

    def _guidelines(self, case: Case) -> tuple[tuple[str, str], ...]:
        known = self._catalog.receipt["conductas"]
        found = [known[name] for name in case.facts.violations if name in known]
        return tuple((entry["hecho"], entry["lineamiento"]) for entry in found)

    def _evidence(self, item: Evidence) -> tuple[str, str]:
        size = f"{item.bytes / 2**20:.1f} MB" if item.bytes >= 2**20 else f"{max(1, round(item.bytes / 1024))} kB"
        received = self._say("recibida", tamano=size, **_moment(item.received_at))
        return f"{self._say(item.kind)}, {received}", item.sha256


def verify(data: bytes, public: str, say: dict[str, Any]) -> str:
    """One line that says what the PDF is a receipt of. Raises RuleBroken when it is not what we signed."""
    seal = SEAL.search(data)
    if not seal:
        raise RuleBroken(say["orden_sin_firma"])
    try:
        value = json.loads(unpack(seal[1].decode()))
        claimed = str(value["pdf"])
    except (ValueError, KeyError, TypeError):
        raise RuleBroken(say["orden_sin_firma"]) from None
    if not is_signed(value, seal[2].decode(), public):
        raise RuleBroken(say["orden_otra_firma"])
    if hashlib.sha256(data[: seal.start()]).hexdigest() != claimed:
        raise RuleBroken(say["orden_cambiado"])
    filed = _moment(datetime.fromisoformat(value["registrada"]))["fecha"]
    return say["orden_borrada" if "borrada" in value else "orden_valido"].format(
        folio=value["folio"], fecha=filed, huella=value["huella"]
    )


def _verdict(case: Case) -> str:
    if case.erased_at:
        return "borrado"
    return "valido" if verify_chain(case.events) else "alterado"


def _contents(case: Case) -> list[CaseEvent]:
    return [event for event in case.events if event.kind in CONTENT]


def _moment(at: datetime) -> dict[str, str]:
    """`fecha` and `hora` as they are read in Mexico City."""
    return {
        "fecha": format_datetime(at, "d 'de' MMMM 'de' y", tzinfo=MEXICO, locale="es_MX"),
        "hora": format_datetime(at, "HH:mm", tzinfo=MEXICO, locale="es_MX"),
    }


def _pesos(amount: str) -> str:
    """ "$15,000"; what is no number is given back as it is."""
    try:
        return f"${float(amount):,.2f}".removesuffix(".00")
    except ValueError:
        return amount


def _same(given: str, ours: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), ours.encode())
