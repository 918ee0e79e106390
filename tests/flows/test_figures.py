"""The Tablero: what it counts, what it never shows, and what can be taken along."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from bot import schema
from bot.console.figures import Figure, Period, board
from bot.hours import MEXICO
from bot.wiring import House
from tests.flows.desk import Desk
from tests.flows.filed import file, traits_of
from tests.flows.say import conversation

#: A Tuesday, in the team's hours.
NOON = datetime(2026, 11, 10, 18, tzinfo=timezone.utc)


def today() -> date:
    return datetime.now(MEXICO).date()


def figure(house: House, key: str, days: int = 30) -> Figure:
    with house.store.read() as tx:
        made = board(house, tx, Period(today() - timedelta(days=days - 1), today()))
    return next(one for one in made.figures if one.key == key)


def rows(house: House, key: str, days: int = 30) -> dict:
    return {row[0]: row[1] for row in figure(house, key, days).rows}


# --- what is counted ------------------------------------------------------------------------------------------------


def test_complaints_are_counted_by_conduct_channel_and_day(house: House) -> None:
    file(house, "ana", violations=("denunciar_acoso", "denunciar_amenazas"))
    file(house, "eva", days_ago=3, violations=("denunciar_amenazas",))
    file(house, "luz", days_ago=40)
    conducts = rows(house, "conducta")
    assert sorted(conducts.values()) == [1, 2]
    assert rows(house, "canal") == {"Chat web": 2}
    by_day = rows(house, "tiempo")
    assert sum(by_day.values()) == 2 and len(by_day) == 30
    assert sum(rows(house, "tiempo", 60).values()) == sum(rows(house, "tiempo", 400).values()) == 3


def test_a_day_begins_at_midnight_in_mexico(house: House) -> None:
    case = file(house, "ana")
    late = datetime.combine(today() - timedelta(days=2), datetime.min.time(), MEXICO) + timedelta(hours=23, minutes=30)
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(schema.cases).where(schema.cases.c.folio == case.folio).values(created_at=late))
    assert [at for at, count in enumerate(rows(house, "tiempo", 5).values()) if count] == [2]


def test_hours_of_incidents_tell_what_is_outside_the_general_range(house: House) -> None:
    for who, hour in (("ana", "23:10"), ("eva", "06:59"), ("luz", "07:00"), ("sol", "noche"), ("mar", "")):
        file(house, who, incident_time=hour)
    hours = figure(house, "horas")
    counted = {row[0]: row[1] for row in hours.rows}
    assert (counted["23:00"], counted["06:00"], counted["07:00"]) == (1, 1, 1)
    assert (counted["Solo dijo: noche"], counted["No dijo la hora"]) == (1, 1)
    assert "De 3 quejas que dicen la hora, 2 (67 %)" in hours.note
    assert [sum(value or 0 for value in values) for _, values in hours.series] == [1, 2]


def test_an_agency_or_state_of_few_people_has_no_line_of_its_own(house: House) -> None:
    with house.store.begin() as tx:
        for name in ("Cobra Ya", "Delta Norte"):
            id_ = tx.add_agency(name)
            tx.add_alias(name, id_)
    for who in ("ana", "eva", "luz"):
        file(house, who, agency="cobra ya", place="Puebla")
    for _ in range(4):  # four complaints, of one person
        file(house, "sol", agency="Delta Norte", place="Tizimín")
    file(house, "mar", agency="Otra Cosa", place="mi casa")
    file(house, "paz")
    agencies, states = rows(house, "agencia"), rows(house, "estado")
    assert agencies == {
        "Cobra Ya": 3, "Con menos de 3 personas cada una": 4, "No está en el catálogo": 1, "No dijo cuál": 1,
    }  # fmt: skip
    assert states == {"Puebla": 3, "Con menos de 3 personas cada una": 4, "No se sabe": 2}
    page = Desk(house, "entrenador").sees("/tablero")
    assert "Delta Norte" not in page and "Yucatán" not in page


def test_the_same_person_under_the_same_name_counts_once(house: House) -> None:
    for who in ("a", "b", "c"):
        file(house, who, place="Puebla", name="Rosa Díaz Soto")
    assert "Puebla" not in rows(house, "estado")


# --- how long people wait -------------------------------------------------------------------------------------------


def waited(house: House, who: str, taken: int | None, replied: int | None, reason: str = "pedir_humano") -> None:
    """Somebody who asked for a person at `NOON`, was taken and answered after so many minutes."""
    id_ = conversation(house, who)
    with house.store.begin() as tx:
        tx.open_handoff(id_, reason, 1)
        tx.connection.execute(
            sa.update(schema.handoffs)
            .where(schema.handoffs.c.conversation_id == id_)
            .values(
                created_at=NOON,
                taken_at=NOON + timedelta(minutes=taken) if taken is not None else None,
                first_reply_at=NOON + timedelta(minutes=replied) if replied is not None else None,
            )
        )


def of_november(house: House) -> dict[str, Figure]:
    with house.store.read() as tx:
        made = board(house, tx, Period(date(2026, 11, 1), date(2026, 11, 30)))
    return {one.key: one for one in made.figures} | {"tiles": dict(made.tiles)}  # type: ignore[return-value]


def test_waiting_is_told_by_reason_and_by_how_long(house: House) -> None:
    waited(house, "ana", 2, 4)
    waited(house, "eva", 10, 20)
    waited(house, "luz", 1, 2, "emergencia")
    waited(house, "sol", None, None)
    made = of_november(house)
    assert [row[:5] for row in made["relevo"].rows] == [
        ("Peligro", 1, "1 min", "2 min", ""),
        ("Pidió una persona", 3, "6 min", "12 min", ""),
    ]
    assert made["relevo"].rows[1][5] == "33 %"  # one in time, one late, and one that still waits and is late
    assert [row[1] for row in made["respuesta"].rows] == [2, 0, 1, 0, 0, 0]
    assert made["tiles"]["Contestadas a tiempo"] == "50 %"


def test_what_the_team_began_itself_is_no_wait(house: House) -> None:
    waited(house, "ana", 0, 0, "pedir_humano")
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(schema.handoffs).values(reason="iniciativa"))
    assert of_november(house)["relevo"].rows == []


# --- forms that were left -------------------------------------------------------------------------------------------


def begins(house: House, who: str, pending: str, days_ago: float) -> None:
    body = {"turn_id": "t", "before": None, "now": {"pending": pending}}
    house.complaints.save_draft(conversation(house, who), body, None)
    at = datetime.now(timezone.utc) - timedelta(days=days_ago)
    mine = schema.drafts.c.conversation_id == conversation(house, who)
    with house.store.engine.begin() as connection:
        connection.execute(sa.update(schema.drafts).where(mine).values(updated_at=at))


def test_where_people_leave_is_known_before_and_after_the_draft_is_gone(house: House) -> None:
    begins(house, "ana", "consentimiento", 3)
    begins(house, "eva", "telefono", 2)
    begins(house, "luz", "relato", 0)  # still at it
    begins(house, "sol", "correccion_dato", 3)  # no form: a correction
    file(house, "mar")
    expected = {"Dar permiso": 1, "Desde qué número": 1}
    assert rows(house, "abandono") == expected
    house.complaints.drop_draft(conversation(house, "ana"))
    assert rows(house, "abandono") == expected
    assert "De 3 quejas empezadas, 1 se registraron y 2 se quedaron a medias." in figure(house, "abandono").note


def test_a_form_that_ends_in_a_complaint_was_not_left(house: House) -> None:
    begins(house, "ana", "confirmacion", 0)
    file(house, "ana")
    with house.store.engine.connect() as connection:
        assert connection.execute(sa.select(schema.left_forms)).all() == []


def test_what_is_kept_of_a_left_form_says_nothing_of_whose_it_was(house: House) -> None:
    begins(house, "ana", "nombre", 2)
    house.complaints.drop_draft(conversation(house, "ana"))
    with house.store.engine.connect() as connection:
        row = connection.execute(sa.select(schema.left_forms)).one()
    assert set(row._mapping) == {"id", "at", "channel", "pending"}
    assert (row.at.hour, row.at.minute, row.at.second) == (12, 0, 0)


# --- what is kept to count ------------------------------------------------------------------------------------------


def test_what_is_kept_is_no_word_of_theirs_and_goes_with_them(house: House) -> None:
    story = "me dijo el licenciado que mañana pasan por mis muebles"
    case = file(house, "ana", agency="Cobra Ya", agency_phone="5512345678", place="Puebla", description=story)
    kept = traits_of(house, case.folio)
    assert (kept["state"], kept["phrases"]) == ("PUE", 5)
    assert not re.search("cobra|5512345678|ana|mueble", str(kept), re.IGNORECASE)
    house.erasure.erase(conversation(house, "ana"), "t9")
    assert traits_of(house, case.folio) == {"phrases": 0}
    assert rows(house, "conducta") == {"Sin conducta anotada": 1}


def test_a_correction_is_counted_as_corrected(house: House) -> None:
    case = file(house, "ana", place="Puebla")
    house.complaints.correct(case.folio, "t2", {"place": "Mérida"})
    assert traits_of(house, case.folio)["state"] == "YUC"


def test_complaints_from_before_are_read_once_at_the_upgrade(house: House) -> None:
    case = file(house, "ana", place="Puebla")
    gone = file(house, "eva", place="Puebla")
    with house.store.engine.begin() as connection:
        for table in (schema.case_phrases, schema.case_traits):
            connection.execute(sa.delete(table))
    house.erasure.erase(conversation(house, "eva"), "t9")
    assert (house.agencies.catch_up(), house.agencies.catch_up()) == (1, 0)
    assert traits_of(house, case.folio)["state"] == "PUE"
    assert traits_of(house, gone.folio) == {"phrases": 0}


def test_counting_opens_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    file(house, "ana", place="Puebla")
    desk = Desk(house, "entrenador")
    before = desk.sees("/tablero")

    def never(*_: object) -> None:
        raise AssertionError("something was decrypted")

    monkeypatch.setattr(type(house.store.vault), "open_json", never)
    assert 'id="t-estado"' in before and 'id="t-estado"' in desk.sees("/tablero")


# --- the page -------------------------------------------------------------------------------------------------------


def test_every_figure_has_its_table(house: House) -> None:
    file(house, "ana", incident_time="21:00", agency="Cobra Ya")
    page = Desk(house, "equipo").sees("/tablero")
    for key in ("tiempo", "conducta", "agencia", "estado", "canal", "horas"):
        section = page.split(f'id="t-{key}"')[1].split("</section>")[0]
        assert 'role="img"' in section and "<table" in section, key


@pytest.mark.parametrize(
    "query",
    [
        "desde=ayer&hasta=x", "desde=9999-12-31&hasta=0001-01-01", "desde=&hasta=", "desde=2026-02-30",
        'desde="><script>alert(1)</script>', "desde=0001-01-01", "hasta=9999-12-31", "desde=2026-W01-1", "desde=%00",
    ],
)  # fmt: skip
def test_bad_dates_are_left_out(house: House, query: str) -> None:
    desk = Desk(house, "supervisor")
    for path in ("/tablero", "/tablero/repetidas"):
        page = desk.sees(f"{path}?{query}")
        assert "<script>alert" not in page
    assert desk.http.get(f"/tablero/cifras/tiempo?{query}").status_code == 200


def test_a_figure_can_be_taken_along_and_that_is_written_down(house: House) -> None:
    with house.store.begin() as tx:
        id_ = tx.add_agency("=HYPERLINK(A1)")
        tx.add_alias("=HYPERLINK(A1)", id_)
    for who in ("ana", "eva", "luz"):
        file(house, who, agency="=hyperlink a1")
    desk = Desk(house, "equipo")
    answer = desk.http.get("/tablero/cifras/agencia")
    assert re.fullmatch(r'attachment; filename="buentrato-agencia-[\d-]+\.csv"', answer.headers["content-disposition"])
    assert answer.content.startswith("\ufeff".encode())
    table = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))
    assert table == [["Agencia", "Quejas", "Parte"], ["'=HYPERLINK(A1)", "3", "100 %"]]
    with house.store.read() as tx:
        assert tx.audit_lines(action="cifras_exportadas")[0].subject == "agencia"


@pytest.mark.parametrize("name", ["nada", "..%2f..%2fetc", "agencia%00"])
def test_a_figure_that_is_none_is_not_there(house: House, name: str) -> None:
    assert Desk(house, "equipo").http.get(f"/tablero/cifras/{name}").status_code == 404


def test_who_may_see_what(house: House) -> None:
    trainer = Desk(house, "entrenador").sees("/tablero")
    assert "/tablero/repetidas" not in trainer and "/tablero/agencias" not in trainer
    assert "/tablero/repetidas" in Desk(house, "equipo").sees("/tablero")


def test_facts_of_the_dialogue_are_the_ones_that_are_counted() -> None:
    """The questions of the form and the steps of the figure are the same."""
    from actions.questions import QUESTIONS
    from bot.console.words import STEPS

    assert list(QUESTIONS) == [name for name in STEPS if name not in ("duda", "confirmacion")]
