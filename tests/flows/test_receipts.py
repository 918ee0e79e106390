"""Receipts: a PDF that says what was told, a page that checks it and tells nothing, a command that checks it offline."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from bot import cli, schema
from bot.errors import RuleBroken
from bot.gateway.app import create_app
from bot.model import Case, Complainant, Facts, FileRef
from bot.receipt import verify
from bot.signing import Signer, new_signing_key
from bot.wiring import House
from tests.flows.say import conversation
from tests.flows.test_chat_api import PNG

FACTS = Facts(
    description="me gritaron ratera 😡 y que me van a meter a la cárcel, ñandú «así»\nmañana mismo 漢字 \ud83d".encode(
        "utf-8", "replace"
    ).decode(),
    violations=("denunciar_maltrato", "denunciar_amenazas"),
    agency="Delta Norte",
    incident_date="2026-11-20",
    incident_time="22:00",
    contact_channel="llamada",
    amount="15000",
    complainant=Complainant(name="Rosa Martínez", anonymous=False),
)
needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")


def file_one(house: House, facts: Facts = FACTS, turn: str = "t1") -> Case:
    return house.complaints.open(conversation(house), turn, facts)


def read(pdf: bytes) -> str:
    """The words of a PDF with single blanks."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    with TestClient(create_app(house)) as made:
        yield made


@needs_poppler
def test_the_paper_has_everything_that_was_told(house: House) -> None:
    house.room.keep(conversation(house), "f1", PNG, FileRef("f1", "foto", "a.png"))
    case = file_one(house)
    text = read(house.receipts.paper(case))
    assert case.folio in text and "Yo, Rosa Martínez, presento" in text and "no es del Infonavit" in text
    assert "viernes 20 de noviembre de 2026, a las 22:00" in text and "$15,000" in text and "llamada" in text
    assert "me gritaron ratera" in text and "la cárcel, ñandú «así»" in text and "mañana mismo □□" in text
    assert "Me insultan o me humillan." in text and "cordial, respetuoso" in text and "jamás amenazar" in text
    assert case.evidence[0].sha256 in text and case.events[0].hash in text and f"/recibo/{case.receipt_id}" in text
    assert "800 008 3900" in text and "55 9171 5050" in text


@needs_poppler
def test_the_paper_tells_what_happened_afterwards_and_what_was_put_right(house: House) -> None:
    case = file_one(house)
    assert "Qué pasó después" not in read(house.receipts.paper(case))
    entry = {"incident_date": "2026-11-24", "incident_time": "06:00", "contact_channel": "llamada"}
    house.complaints.add_entry(case.folio, "t2", {**entry, "description": "me volvieron a gritar", "violations": []})
    house.complaints.correct(case.folio, "t3", {}, remark="el licenciado era una mujer")
    text = read(house.receipts.paper(house.complaints.show(case.folio)))
    assert "Qué pasó después martes 24 de noviembre de 2026, a las 06:00; llamada me volvieron a gritar" in text
    assert "Aclaración del" in text and "el licenciado era una mujer" in text


@needs_poppler
def test_the_paper_says_who_was_treated_badly_and_what_is_not_sure(house: House) -> None:
    facts = replace(FACTS, relation="familiar", affected="mi mamá", uncertain=("incident_date",))
    text = read(house.receipts.paper(file_one(house, facts)))
    assert "el trato que recibió mi mamá de Delta Norte" in text and "familiar" in text and "sin seguridad" in text


@needs_poppler
def test_a_file_that_was_left_out_is_gone_from_the_paper_and_from_disk(house: House) -> None:
    kept = [
        house.room.keep(conversation(house), f"f{n}", PNG + bytes([n]), FileRef(f"f{n}", "foto", "a.png"))
        for n in (1, 2)
    ]
    case = file_one(house)
    for _ in range(2):  # a turn that is answered again does it once
        gone = house.complaints.leave_out_filed(case.folio, "t2", [kept[0].id])
        house.room.shred(gone)
    after = house.complaints.show(case.folio)
    text = read(house.receipts.paper(after))
    assert gone == [kept[0].id] and kept[0].sha256 not in text and kept[1].sha256 in text
    assert [event.kind for event in after.events] == ["registrada", "prueba_retirada"]
    assert house.complaints.files_of(case.folio, but_for="t2")[0].id == kept[0].id
    with pytest.raises(FileNotFoundError):
        house.room.read(kept[0].id)
    assert house.complaints.leave_out_filed(case.folio, "t3", ["01ARZ3NDEKTSV4RRFFQ69G5FAV"]) == []


@needs_poppler
def test_an_anonymous_complaint_has_no_name_and_no_line_to_sign(house: House) -> None:
    text = read(house.receipts.paper(file_one(house, Facts(complainant=Complainant("Rosa", "1", True)))))
    assert "De forma anónima, presento" in text and "Rosa" not in text and "Nombre y firma" not in text


@pytest.mark.parametrize("story", ["", "a" * 9000, "palabra " * 1500, "\x00\u202e\u200d", "**x** __y__ --z-- {nb} {x}"])
def test_no_story_breaks_the_paper(house: House, story: str) -> None:
    pdf = house.receipts.paper(file_one(house, Facts(description=story, agency=story[:300], place="{nb}")))
    assert pdf.startswith(b"%PDF") and verify(pdf, house.receipts.public_key, house.receipts.say)


def test_the_same_case_gives_the_same_paper(house: House) -> None:
    case = file_one(house)
    assert house.receipts.paper(case) == house.receipts.paper(case)


def test_a_changed_paper_is_refused(house: House) -> None:
    pdf, public, say = house.receipts.paper(file_one(house)), house.receipts.public_key, house.receipts.say
    assert "BT-" in verify(pdf, public, say)
    other = Signer(new_signing_key()).public
    for changed, key, why in (
        (pdf.replace(b"%PDF-1.", b"%PDF-2.", 1), public, "cambió"),
        (pdf[:-2], public, "no lleva"),
        (pdf + b"%%EOF\n", public, "no lleva"),
        (b"%PDF-1.7 nada", public, "no lleva"),
        (pdf, other, "no es de esta clave"),
    ):
        with pytest.raises(RuleBroken, match=why):
            verify(changed, key, say)


def test_the_page_says_that_it_is_valid_and_nothing_that_was_told(house: House, client: TestClient) -> None:
    case = file_one(house)
    page = client.get(f"/recibo/{case.receipt_id}")
    assert page.status_code == 200 and "El recibo es válido" in page.text
    for shown in (case.folio, case.events[0].hash, house.receipts.public_key, "registrada, en espera"):
        assert shown in page.text
    for hidden in ("Rosa", "Delta", "ratera", conversation(house)):
        assert hidden not in page.text
    assert page.headers["cache-control"] == "no-store"


def test_papers_from_before_and_after_more_evidence_both_match_the_page(house: House, client: TestClient) -> None:
    case = file_one(house)
    house.room.keep(conversation(house), "f1", PNG, FileRef("f1", "foto", "a.png"))
    house.complaints.add_evidence(case.folio)
    house.complaints.change_status(case.folio, "en_revision", "x")
    events = house.complaints.show(case.folio).events
    page = client.get(f"/recibo/{case.receipt_id}").text
    assert events[0].hash in page and events[1].hash in page and events[2].hash not in page and "en revisión" in page


def test_the_page_says_when_somebody_rewrote_the_case(house: House, client: TestClient) -> None:
    case = file_one(house)
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(schema.case_events).values(at=sa.func.now()))
    assert "no es válido" in client.get(f"/recibo/{case.receipt_id}").text


def test_no_receipt_is_found_by_folio_or_by_trying(house: House, client: TestClient) -> None:
    case = file_one(house)
    for path in (case.folio, "x", "x.pdf", f"{case.receipt_id}.pdf", f"{case.receipt_id}.pdf?k=x%C3%B1"):
        answer = client.get(f"/recibo/{path}")
        assert answer.status_code == 404 and "no es válido" in answer.text, path


def test_who_was_given_the_address_gets_the_paper(house: House, client: TestClient) -> None:
    case = file_one(house)
    given = house.receipts.attachment(case)
    assert given.url.startswith("/recibo/") and given.name == f"Queja {case.folio}.pdf"
    answer = client.get(given.url)
    assert answer.headers["content-type"] == "application/pdf" and answer.content == house.receipts.paper(case)
    assert house.receipts.pdf_at(given.url) == house.receipts.pdf_at("https://ejemplo.mx" + given.url) == answer.content
    assert house.receipts.pdf_at("https://ejemplo.mx/recibo/x.pdf") is None


def test_the_command_verifies_a_file(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "load", lambda: house.settings)
    case, path = file_one(house), tmp_path / "queja.pdf"
    path.write_bytes(house.receipts.paper(case))
    assert _exit_code("receipt", "verify", str(path)) == 0 and case.folio in capsys.readouterr().out
    path.write_bytes(path.read_bytes().replace(b"%PDF-1.", b"%PDF-2.", 1))
    assert _exit_code("receipt", "verify", str(path)) == 1 and "cambió" in capsys.readouterr().err
    assert _exit_code("receipt", "verify", str(tmp_path / "nada.pdf")) == 1


def _exit_code(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        cli.main(list(arguments))
    return int(end.value.code or 0)
