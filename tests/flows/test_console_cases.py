"""Casos in the console: found, shown, corrected and moved on by one at a time, exported, and nothing of it in secret."""

from __future__ import annotations

import csv
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from ulid import ULID

from bot import cli, schema
from bot.chain import verify_chain
from bot.complaints import Edit
from bot.console.view import MEXICO
from bot.errors import Outdated
from bot.model import Case, Complainant, Facts, FileRef
from bot.store.case_search import first_id
from bot.wiring import House
from tests.flows.desk import Desk
from tests.flows.say import answer_all, conversation, heard
from tests.flows.test_chat_api import PNG
from tests.flows.test_console_conversations import EVIL, photo

FACTS = Facts(
    description="Me gritaron que soy una ratera. Soy Rosa Martínez, márcame al 55 8765 4321, vivo en Ecatepec.",
    violations=("denunciar_maltrato", "denunciar_acoso"),
    agency="Despacho Delta Norte",
    incident_date="2026-11-20",
    incident_time="22:30",
    contact_channel="llamada",
    agency_phone="5512345678",
    place="Ecatepec",
    complainant=Complainant(name="Rosa Martínez"),
)
CORRECTION = {
    "agency": FACTS.agency,
    "incident_date": FACTS.incident_date,
    "incident_time": FACTS.incident_time,
    "contact_channel": FACTS.contact_channel,
    "agency_phone": FACTS.agency_phone,
    "place": FACTS.place,
    "name": "Rosa Martínez",
    "violations": list(FACTS.violations),
    "reason": "lo dijo por teléfono",
}


def file_one(house: House, who: str = "ana", facts: Facts = FACTS) -> Case:
    return house.complaints.open(conversation(house, who), str(ULID()), facts)


def acts(desk: Desk, case: Case, act: str, seen: int | None = None, **fields: Any) -> Any:
    shown = len(case.events) if seen is None else seen
    return desk.sends(f"/casos/{case.folio}/{act}", **{"seen": shown, "once": str(ULID()), **fields})


def reveals(desk: Desk, case: Case) -> str:
    """Address of the page with its personal data."""
    return desk.sends("/mostrar", subject=case.folio, back=f"/casos/{case.folio}").headers["location"]


def audit(house: House, action: str) -> list[Any]:
    with house.store.read() as tx:
        return tx.audit_lines(action=action)


def found(desk: Desk, query: str) -> set[str]:
    return set(re.findall(r'href="/casos/(BT-[\w-]+)"', desk.sees(f"/casos?{query}")))


# --- searching ------------------------------------------------------------------------------------------------------


def test_a_complaint_is_found_by_whatever_is_known_of_it(house: House) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    other = file_one(house, "beto", Facts(description="me mandan mensajes", agency="Sigma"))
    for query in (
        f"q={case.folio}",
        f"q={case.folio.lower().replace('-', '')}",
        "q=5512345678",
        "q=%2B52+55+1234+5678",
        "q=55+8765+4321",  # written in the story
        "q=gritos",  # they wrote "gritaron"
        "q=GRITARON+ecatepec",
        "q=delta",
        "agencia=delta+norte",
        "conducta=denunciar_acoso",
        "conducta=denunciar_acoso&agencia=Delta&q=ratera&estado=registrada",
    ):
        assert found(desk, query) == {case.folio}, query
    assert found(desk, "") == found(desk, "estado=registrada") == {case.folio, other.folio}
    for query in ("q=BT-222-222-2", "q=5500000000", "q=ratera+mensajes", "agencia=sigma&q=ratera", "estado=resuelta"):
        assert found(desk, query) == set(), query


def test_names_of_people_find_nothing(house: House) -> None:
    """Only what the person wrote in the story itself is searched, never the name they gave."""
    file_one(house, facts=replace(FACTS, description="me gritaron"))
    assert found(Desk(house, "equipo"), "q=Rosa+Martinez") == set()


def test_a_complaint_is_found_on_the_day_it_was_filed_and_on_no_other(house: House) -> None:
    desk, case, today = Desk(house, "equipo"), file_one(house), datetime.now(MEXICO).date()
    before, after = today - timedelta(days=1), today + timedelta(days=1)
    for query in (f"desde={today}&hasta={today}", f"desde={before}&hasta={after}&q=gritaron"):
        assert found(desk, query) == {case.folio}, query
    assert found(desk, f"hasta={before}") == found(desk, f"desde={after}") == set()


def test_a_day_begins_at_midnight_in_mexico_city() -> None:
    midnight = datetime(2026, 11, 24, tzinfo=MEXICO)
    first = first_id(date(2026, 11, 24))
    assert str(ULID.from_datetime(midnight - timedelta(milliseconds=1))) < first <= str(ULID.from_datetime(midnight))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=de+la", "diga más"),
        ("agencia=...", "diga más"),
        ("q=BT-222-222-3", "bien escrito"),
        ("desde=ayer", "Las fechas"),
        ("q=%00", "diga más"),
        ("q=" + "abc" * 200, "Nada con esos datos"),
        ("estado=nada&antes=zzz", "registradas"),
        ("conducta=%27+OR+1%3D1", "Nada con esos datos"),
    ],
)
def test_a_strange_question_is_answered(house: House, query: str, said: str) -> None:
    assert said in Desk(house, "equipo").sees(f"/casos?{query}")


def test_pages_follow_each_other_without_gaps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.console.cases.PAGE", 2)
    desk, all_ = Desk(house, "equipo"), {file_one(house, who).folio for who in "abcde"}
    seen, path = [], "/casos?q=gritaron"
    while path:
        html = desk.sees(path)
        seen += re.findall(r'href="/casos/(BT-[\w-]+)"', html)
        path = next(iter(re.findall(r'href="(/casos\?q=gritaron&amp;antes=\w+)"', html)), "").replace("&amp;", "&")
    assert len(seen) == 5 and set(seen) == all_


def test_a_search_follows_corrections_and_what_is_told_later(house: House) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    house.complaints.correct(case.folio, "t2", {"agency": "Sigma"})
    house.complaints.add_entry(
        case.folio, "t3", {"description": "volvieron a tocar", "violations": ["denunciar_engano"]}
    )
    assert found(desk, "agencia=delta") == set()
    for query in ("agencia=sigma", "q=volvieron", "conducta=denunciar_engano", "q=ratera"):
        assert found(desk, query) == {case.folio}, query


def test_what_was_erased_is_found_by_nothing_that_was_told(house: House) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    house.erasure.erase(conversation(house), "t9")
    assert found(desk, "q=ratera") == found(desk, "q=5512345678") == found(desk, "agencia=delta") == set()
    assert found(desk, f"q={case.folio}") == {case.folio}
    assert "borró lo que contó" in desk.sees(f"/casos/{case.folio}")
    with house.store.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.case_terms)).scalar() == 0


def test_the_index_holds_no_word(house: House) -> None:
    file_one(house)
    with house.store.engine.connect() as connection:
        rows = connection.execute(sa.select(schema.case_terms.c.term)).scalars().all()
    assert rows and all(isinstance(row, int) for row in rows)


def test_older_complaints_are_made_findable_by_the_upgrade(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = file_one(house)
    with house.store.engine.begin() as connection:
        connection.execute(sa.delete(schema.case_terms))
        connection.execute(sa.update(schema.cases).values(terms_version=0))
    desk = Desk(house, "equipo")
    assert found(desk, "q=ratera") == set()
    monkeypatch.setattr(cli, "load", lambda: house.settings)
    with pytest.raises(SystemExit):
        cli.main(["db", "upgrade"])
    assert found(desk, "q=ratera") == {case.folio}
    assert house.complaints.make_findable() == 0


# --- one complaint --------------------------------------------------------------------------------------------------


def test_personal_data_is_masked_until_somebody_asks_and_asking_is_written_down(house: House) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    house.complaints.correct(case.folio, "t2", {"name": "Rosalinda Pérez", "agency_phone": "5599998888"})
    secret = ("Martínez", "Rosalinda", "Pérez", "8765", "5512345678", "5599998888")
    for path in ("/casos", f"/casos/{case.folio}"):
        html = desk.sees(path)
        assert [word for word in secret if word in html] == [], path
    html = desk.sees(reveals(desk, case))
    assert all(word in html for word in ("Rosalinda Pérez", "55 8765 4321", "5599998888"))
    assert [line.subject for line in audit(house, "datos_mostrados")] == [case.folio]


def test_what_is_visible_to_one_is_not_to_another(house: House) -> None:
    case = file_one(house)
    address = reveals(Desk(house, "equipo"), case)
    assert "8765" not in Desk(house, "supervisor").sees(address)
    other = file_one(house, "beto")
    token = address.split("?")[1]
    desk = Desk(house, "equipo", "leo@ejemplo.mx")
    assert "8765" not in desk.sees(f"/casos/{other.folio}?{token}")


@pytest.mark.parametrize(
    "folio", ["BT-222-222-2", "0", "..%2f..%2fetc%2fpasswd", "BT-222-222-3", "%00", "x" * 300, "exportar"]
)
def test_there_is_no_page_of_another_folio(house: House, folio: str) -> None:
    file_one(house)
    Desk(house, "equipo").sees(f"/casos/{folio}", 404)


def test_whatever_people_write_is_shown_as_text(house: House) -> None:
    desk = Desk(house, "supervisor")
    evil = Facts(
        description=EVIL,
        violations=("denunciar_acoso", EVIL),
        **dict.fromkeys(
            ("agency", "incident_date", "incident_time", "contact_channel", "agency_phone", "place", "frequency"), EVIL
        ),
        amount=EVIL,
        complainant=Complainant(EVIL, EVIL),
        relation=EVIL,
        affected=EVIL,
        uncertain=("agency", EVIL),
    )
    id_ = conversation(house)
    house.room.keep(id_, "f1", PNG, FileRef("f1", "foto", f"{EVIL}.png"))
    case = file_one(house, facts=evil)
    house.complaints.correct(case.folio, "t2", {"agency": EVIL + "2"}, remark=EVIL)
    house.complaints.add_entry(case.folio, "t3", {"description": EVIL, "violations": [EVIL]})
    case = house.complaints.show(case.folio)
    acts(desk, case, "estado", status="en_revision", reason=EVIL)
    stale = acts(desk, case, "correccion", **{name: EVIL for name in CORRECTION if name != "violations"}).text
    pages = [desk.sees("/casos"), desk.sees(f"/casos/{case.folio}"), desk.sees(reveals(desk, case)), stale]
    pages += [desk.sees(f"/casos?{name}={EVIL}") for name in ("q", "agencia", "conducta", "estado", "desde", "hasta")]
    pages += [desk.sees(f"/casos?antes={EVIL}")]
    for html in pages:
        assert "<img src=x" not in html and "<script>alert" not in html
    assert "&lt;script&gt;alert(2)" in pages[2]


def test_a_history_that_was_changed_outside_is_told(house: House) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    assert "no concuerda" not in desk.sees(f"/casos/{case.folio}")
    forged = house.store.vault.seal_json({"facts": {}})
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(schema.case_events).values(detail_sealed=forged))
    assert "no concuerda" in desk.sees(f"/casos/{case.folio}")


# --- states ---------------------------------------------------------------------------------------------------------


def test_a_state_changes_with_a_reason_that_only_the_team_reads(house: House) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    assert acts(desk, case, "estado", status="en_revision", reason="la leí").status_code == 303
    after = house.complaints.show(case.folio)
    assert after.status == "en_revision" and verify_chain(after.events)
    assert after.events[-1].detail["reason"] == "la leí"
    html = desk.sees(f"/casos/{case.folio}")
    assert "Queda en revisión" in html and "la leí" in html
    (line,) = audit(house, "caso_movido")
    assert (line.who, line.subject, line.detail) == (desk.email, case.folio, {"de": "registrada", "a": "en_revision"})
    answer_all(house)
    assert heard(house) == [], "they did not ask for news"


def test_who_asked_for_news_is_told_in_their_chat_without_the_reason(house: House) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    house.complaints.notify(case.folio, True)
    assert "leerá solo esto" in desk.sees(f"/casos/{case.folio}")
    acts(desk, case, "estado", status="canalizada", reason="se mandó a la delegación")
    answer_all(house)
    (news,) = heard(house)
    assert news == house.texts.reply("utter_hay_novedad").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "en_revision", "reason": " "}, "Escribe el motivo"),
        ({"status": "en_revision", "reason": "x" * 501}, "caben 500"),
        ({"status": "retirada", "reason": "x"}, "Solo la persona"),
        ({"status": "registrada", "reason": "x"}, "no puede pasar"),
        ({"status": "nada", "reason": "x"}, "no puede pasar"),
    ],
)
def test_a_state_is_not_changed_without_sense(house: House, fields: dict[str, str], said: str) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    answer = acts(desk, case, "estado", **fields)
    assert answer.status_code == 409 and said in answer.text
    assert house.complaints.show(case.folio) == case


# --- corrections ----------------------------------------------------------------------------------------------------


def test_a_correction_keeps_what_stood_before_and_says_who_and_why(house: House) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    fields = {**CORRECTION, "agency": " Sigma  Cobranza ", "agency_phone": "+52 55 1111 2222", "name": ""}
    fields |= {"violations": ["denunciar_engano"]}
    assert acts(desk, case, "correccion", **fields).status_code == 303
    after = house.complaints.show(case.folio)
    assert (after.facts.agency, after.facts.agency_phone) == ("Sigma Cobranza", "525511112222")
    assert after.facts.complainant == Complainant("", "", True) and after.facts.violations == ("denunciar_engano",)
    assert after.facts.description == FACTS.description and verify_chain(after.events)
    event = after.events[-1]
    assert event.kind == "correccion" and event.detail["equipo"] == desk.id
    assert event.detail["changes"]["agency"] == {"antes": "Despacho Delta Norte", "ahora": "Sigma Cobranza"}
    html = desk.sees(f"/casos/{case.folio}")
    assert "Despacho Delta Norte</del>" in html and "lo dijo por teléfono" in html
    (line,) = audit(house, "caso_corregido")
    assert line.detail == {"datos": ["agency", "agency_phone", "name", "violations"]}, "names of facts, no facts"


def test_a_correction_that_changes_nothing_leaves_no_event(house: House) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    acts(desk, case, "correccion", **CORRECTION)
    assert house.complaints.show(case.folio) == case and audit(house, "caso_corregido") == []


def test_what_was_told_in_another_form_may_stay(house: House) -> None:
    """The form of the house is asked for only where somebody writes anew."""
    facts = replace(FACTS, incident_time="medio día", agency_phone="55-1234 (ext)", contact_channel="")
    desk, case = Desk(house, "equipo"), file_one(house, facts=facts)
    fields = {**CORRECTION, "incident_time": "medio día", "agency_phone": "55-1234 (ext)", "contact_channel": ""}
    assert acts(desk, case, "correccion", **{**fields, "agency": "Sigma"}).status_code == 303
    assert list(house.complaints.show(case.folio).events[-1].detail["changes"]) == ["agency"]


@pytest.mark.parametrize(
    "fields",
    [
        {"incident_date": "2026-13-40"},
        {"incident_date": "2999-01-01"},
        {"incident_time": "25:00"},
        {"agency_phone": "12"},
        {"agency_phone": "<b>5512345678</b>"},
        {"amount": "mucho"},
        {"contact_channel": "paloma"},
        {"agency": "x" * 81},
        {"violations": ["denunciar_nada"]},
        {"reason": ""},
    ],
)
def test_a_correction_that_makes_no_sense_is_refused_and_kept_on_the_page(house: House, fields: dict[str, Any]) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    answer = acts(desk, case, "correccion", **{**CORRECTION, "place": "Toluca centro", **fields})
    assert answer.status_code == 409 and 'role="alert"' in answer.text
    assert "Toluca centro" in answer.text, "what was typed is not lost"
    assert house.complaints.show(case.folio) == case


def test_of_two_tabs_the_later_is_told_and_overwrites_nothing(house: House) -> None:
    one, other, case = Desk(house, "equipo"), Desk(house, "supervisor"), file_one(house)
    assert acts(one, case, "correccion", **{**CORRECTION, "agency": "Sigma"}).status_code == 303
    late = acts(other, case, "correccion", **{**CORRECTION, "place": "Toluca", "reason": "llamó otra vez"})
    assert late.status_code == 409
    assert "Alguien cambió esta queja" in late.text and "No se guardó nada" in late.text
    assert "Toluca" in late.text, "what was typed is not lost"
    assert house.complaints.show(case.folio).facts == replace(FACTS, agency="Sigma")
    moved = acts(other, case, "estado", status="en_revision", reason="la leí con calma")
    assert moved.status_code == 409 and "la leí con calma" in moved.text
    assert house.complaints.show(case.folio).status == "registrada"


def test_the_later_tab_saves_again_without_undoing_the_first(house: House) -> None:
    """The page that tells them is filled with what stands now and with what they themselves changed."""
    one, other, case = Desk(house, "equipo"), Desk(house, "supervisor"), file_one(house)
    shown = reveals(other, case).split("?")[1]
    acts(one, case, "correccion", **{**CORRECTION, "agency": "Sigma", "place": "Puebla"})
    late = acts(other, case, f"correccion?{shown}", **{**CORRECTION, "place": "Toluca"})
    assert late.status_code == 409 and "Ahora dice: Puebla" in late.text
    form = late.text[late.text.index("/correccion") :]
    again = dict(re.findall(r'name="(\w+)"(?: type="date")? value="([^"]*)"', form))
    assert (again["agency"], again["place"], again["seen"]) == ("Sigma", "Toluca", "2")
    again.pop("violations")  # boxes, ticked or not
    other.sends(f"/casos/{case.folio}/correccion", **{**CORRECTION, **again, "csrf": other.csrf})
    assert house.complaints.show(case.folio).facts == replace(FACTS, agency="Sigma", place="Toluca")


def test_of_many_who_correct_at_once_one_is_first(house: House) -> None:
    case = file_one(house)

    def correct(number: int) -> bool:
        edit = Edit("0" * 26, seen=1, once=str(number), reason="x")
        try:
            return house.complaints.correct_as_staff(case.folio, edit, {"agency": f"Agencia {number}"})
        except Outdated:
            return False

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(correct, range(8)))
    after = house.complaints.show(case.folio)
    assert done.count(True) == 1 and len(after.events) == 2 and verify_chain(after.events)
    assert after.facts.agency == f"Agencia {done.index(True)}"


def test_the_persons_own_correction_counts_as_a_change_too(house: House) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    house.complaints.correct(case.folio, "t2", {"agency": "Sigma"})
    assert acts(desk, case, "correccion", **{**CORRECTION, "agency": "Omega"}).status_code == 409
    assert house.complaints.show(case.folio).facts.agency == "Sigma"


@pytest.mark.parametrize(
    ("act", "fields"),
    [("estado", {"status": "en_revision", "reason": "x"}), ("correccion", {**CORRECTION, "agency": "Sigma"})],
)
def test_a_form_sent_twice_is_done_once(house: House, act: str, fields: dict[str, Any]) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    for _ in range(2):
        assert acts(desk, case, act, once="0" * 26, **fields).status_code == 303
    assert len(house.complaints.show(case.folio).events) == 2


@pytest.mark.parametrize("seen", ["", "-1", "x", "0", "99", "٣"])
def test_a_form_that_saw_no_page_changes_nothing(house: House, seen: str) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    for act, fields in (
        ("estado", {"status": "en_revision", "reason": "x"}),
        ("correccion", {**CORRECTION, "agency": "S"}),
    ):
        assert desk.sends(f"/casos/{case.folio}/{act}", seen=seen, once="1", **fields).status_code == 409
    assert house.complaints.show(case.folio) == case


def test_an_erased_complaint_changes_no_more(house: House) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    house.erasure.erase(conversation(house), "t9")
    for act, fields in (("estado", {"status": "en_revision", "reason": "x"}), ("correccion", CORRECTION)):
        answer = acts(desk, case, act, **fields)
        assert answer.status_code == 409 and "se borró" in answer.text


# --- files ----------------------------------------------------------------------------------------------------------


def with_proof(house: House, data: bytes, name: str) -> tuple[Case, str]:
    item = house.room.keep(conversation(house), f"f{ULID()}", data, FileRef("f", "", name))
    return file_one(house), item.id


def test_a_proof_is_seen_redrawn_after_asking_and_downloaded_under_a_name_of_ours(house: House) -> None:
    desk = Desk(house, "equipo")
    case, item = with_proof(house, photo(), "../../../etc/cron.d/Rosa\r\nSet-Cookie: a=b.jpg")
    path = f"/casos/{case.folio}/prueba/{item}"
    desk.sees(path, 403)
    page = reveals(desk, case)
    seen = desk.http.get(f"{path}?{page.split('?')[1]}")
    assert seen.headers["content-type"] == "image/jpeg" and b"lugar secreto" not in seen.content
    original = desk.http.get(f"{path}/original")
    assert re.fullmatch(r'attachment; filename="prueba-\d{8}-\w{6}\.jpg"', original.headers["content-disposition"])
    assert "set-cookie" not in original.headers and original.content == photo()
    assert [(line.subject, line.detail) for line in audit(house, "prueba_descargada")] == [
        (case.folio, {"prueba": item})
    ]
    assert "cron.d" not in desk.sees(page) and "Rosa" not in desk.sees(f"/casos/{case.folio}")


@pytest.mark.parametrize("evidence", ["..%2f..%2fkeys", "0", "' OR 1=1", "01" + "0" * 24])
def test_there_is_no_file_but_those_of_the_complaint(house: House, evidence: str) -> None:
    desk = Desk(house, "equipo")
    case, _ = with_proof(house, photo(), "a.jpg")
    other = house.room.keep(conversation(house, "beto"), "f9", photo(), FileRef("f9", "", "b.jpg"))
    for wanted in (evidence, other.id):
        desk.sees(f"/casos/{case.folio}/prueba/{wanted}/original", 404)


def test_the_receipt_is_the_persons_and_taking_it_is_written_down(house: House) -> None:
    desk, case = Desk(house, "equipo"), file_one(house)
    answer = desk.http.get(f"/casos/{case.folio}/recibo")
    assert answer.content == house.receipts.paper(case) and answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="recibo-{case.folio}.pdf"'
    assert [line.subject for line in audit(house, "recibo_descargado")] == [case.folio]


# --- export ---------------------------------------------------------------------------------------------------------


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_an_export_holds_what_was_found_without_who_complains(house: House) -> None:
    desk, case = Desk(house, "supervisor"), file_one(house)
    file_one(house, "beto", Facts(description="otra cosa", agency="Sigma"))
    answer = desk.sends("/casos/exportar", format="csv", agencia="delta")
    assert re.fullmatch(r'attachment; filename="quejas-[\d-]+\.csv"', answer.headers["content-disposition"])
    (row,) = rows(answer)
    assert (row["folio"], row["agency_phone"], row["status"]) == (case.folio, "5512345678", "registrada")
    assert not re.search(r"Rosa|Martínez|8765", answer.text)
    line = json.loads(desk.sends("/casos/exportar", format="jsonl", q="ratera").text)
    assert line["folio"] == case.folio and not re.search(r"Rosa|Martínez|8765", json.dumps(line, ensure_ascii=False))


def test_an_export_with_personal_data_says_so_in_the_log_but_not_what_was_looked_for(house: House) -> None:
    desk, case = Desk(house, "supervisor"), file_one(house)
    answer = desk.sends("/casos/exportar", format="jsonl", personal="1", q="5512345678", estado="registrada")
    assert json.loads(answer.text)["complainant"]["name"] == "Rosa Martínez"
    (line,) = audit(house, "casos_exportados")
    assert (line.who, line.subject) == (desk.email, "jsonl")
    assert line.detail == {"datos_personales": True, "filtros": ["q", "estado"], "quejas": 1}
    assert case.folio in answer.text


def test_no_cell_of_an_export_is_run_as_a_formula(house: House) -> None:
    desk, attack = Desk(house, "supervisor"), ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1+1")
    for number, cell in enumerate(attack):
        facts = Facts(description=cell, agency=cell, place=cell, affected=cell, complainant=Complainant(cell, cell))
        file_one(house, f"p{number}", facts)
    for personal in ("", "1"):
        found = rows(desk.sends("/casos/exportar", format="csv", personal=personal))
        assert len(found) == len(attack)
        for row in found:
            assert [cell for cell in row.values() if cell[:1] in tuple("=+-@\t\r＝")] == []


def test_an_export_goes_beyond_one_page_and_one_batch(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.complaints.BATCH", 2)
    all_ = {file_one(house, who).folio for who in "abcd"}
    found = [row["folio"] for row in rows(Desk(house, "supervisor").sends("/casos/exportar", format="csv"))]
    assert len(found) == 4 and set(found) == all_


@pytest.mark.parametrize("fields", [{"format": "xls"}, {"format": "csv", "q": "de la"}, {}])
def test_an_export_of_nothing_in_particular_is_refused(house: House, fields: dict[str, str]) -> None:
    assert Desk(house, "supervisor").sends("/casos/exportar", **fields).status_code == 400
    assert audit(house, "casos_exportados") == []


def test_only_chiefs_export(house: House) -> None:
    file_one(house)
    desk = Desk(house, "equipo")
    assert "Exportar" not in desk.sees("/casos") and "Exportar" in Desk(house, "supervisor").sees("/casos")
    assert desk.sends("/casos/exportar", format="csv").status_code == 403
