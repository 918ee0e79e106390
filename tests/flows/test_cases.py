"""Complaints: filed once, told apart, never changed unnoticed; and the commands that show them."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from bot import cli, privacy, schema
from bot.casefile import csv_lines, record
from bot.chain import verify_chain
from bot.errors import FileRefused, RuleBroken
from bot.model import Complainant, Facts, FileRef
from bot.wiring import House
from tests.flows.say import conversation
from tests.flows.test_chat_api import PNG

FACTS = Facts(
    description="me gritaron, =2+2",
    violations=("denunciar_maltrato", "denunciar_acoso"),
    agency="=cmd|' /C calc'!A0",
    incident_date="2026-11-20",
    complainant=Complainant(name="Rosa", anonymous=False),
)


def file_one(house: House, turn: str = "t1", facts: Facts = FACTS):
    return house.complaints.open(conversation(house), turn, facts)


def test_a_complaint_is_filed_with_a_folio_and_a_first_event(house: House) -> None:
    case = file_one(house)
    assert case.status == "registrada" and case.facts == FACTS
    assert [event.kind for event in case.events] == ["registrada"]
    assert verify_chain(case.events)


def test_the_same_turn_files_one_complaint(house: House) -> None:
    assert file_one(house).folio == file_one(house).folio
    assert len(house.complaints.all()) == 1


def test_statuses_follow_their_road_and_each_leaves_an_event(house: House) -> None:
    folio = file_one(house).folio
    house.complaints.change_status(folio, "en_revision", "la leyó el equipo")
    case = house.complaints.change_status(folio, "resuelta", "la agencia se disculpó")
    assert case.status == "resuelta"
    assert [event.kind for event in case.events] == ["registrada", "en_revision", "resuelta"]
    assert verify_chain(case.events)
    with pytest.raises(RuleBroken):
        house.complaints.change_status(folio, "registrada", "no")


def test_a_changed_history_is_noticed(house: House) -> None:
    folio = file_one(house).folio
    house.complaints.change_status(folio, "en_revision", "x")
    forged = house.store.vault.seal_json({"reason": "otra cosa"})
    with house.store.engine.begin() as connection:
        changed = sa.update(schema.case_events).where(schema.case_events.c.seq == 2).values(detail_sealed=forged)
        connection.execute(changed)
    assert not verify_chain(house.complaints.show(folio).events)


def test_files_sent_before_are_attached_and_later_ones_join(house: House) -> None:
    id_ = conversation(house)
    house.room.keep(id_, "f1", PNG, FileRef("f1", "foto", "a.png"))
    case = file_one(house)
    assert [item.kind for item in case.evidence] == ["foto"]
    house.room.keep(id_, "f2", PNG, FileRef("f2", "foto", "b.png"))
    assert house.complaints.add_evidence(case.folio) == 1
    case = house.complaints.show(case.folio)
    assert [event.kind for event in case.events] == ["registrada", "evidencia"] and verify_chain(case.events)


def test_the_same_file_is_kept_once(house: House) -> None:
    id_ = conversation(house)
    assert house.room.keep(id_, "f1", PNG, FileRef("f1", "foto")) == house.room.keep(
        id_, "f1", PNG, FileRef("f1", "foto")
    )


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "vacio"), (b"MZ" + b"\x00" * 300, "tipo"), (PNG + bytes(21 * 2**20), "grande")]
)
def test_files_that_are_no_proof_are_refused(house: House, data: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        house.room.keep(conversation(house), "f", data, FileRef("f", "foto", "x.jpg"))
    assert refused.value.code == code


def test_a_dropped_draft_takes_its_files_along(house: House) -> None:
    id_ = conversation(house)
    item = house.room.keep(id_, "f1", PNG, FileRef("f1", "foto"))
    house.complaints.save_draft(id_, {"x": 1}, None)
    house.room.shred(house.complaints.drop_draft(id_))
    assert house.complaints.draft(id_) is None
    with pytest.raises(FileNotFoundError):
        house.room.read(item.id)


def test_drafts_that_nobody_came_back_to_are_purged(house: House) -> None:
    house.complaints.save_draft(conversation(house, "ana"), {}, None)
    house.complaints.save_draft(conversation(house, "beto"), {}, datetime.now(timezone.utc))
    with house.store.engine.begin() as connection:
        old = datetime.now(timezone.utc) - timedelta(days=2)
        connection.execute(sa.update(schema.drafts).values(updated_at=old))
    assert house.complaints.purge_drafts(privacy.RETENTION).drafts == 1
    assert house.complaints.draft(conversation(house, "beto")) is not None


def test_an_export_has_no_formula_for_a_spreadsheet(house: House) -> None:
    file_one(house)
    (row,) = csv.DictReader(csv_lines(house.complaints.all()))
    assert row["agency"].startswith("'=") and row["violations"] == "denunciar_maltrato denunciar_acoso"


def test_a_record_has_every_field_of_the_contract(house: House) -> None:
    fields = (
        "folio status channel created_at violations agency incident_date incident_time contact_channel agency_phone place "
        "frequency amount description relation affected uncertain complainant evidence events"
    )
    assert list(record(file_one(house))) == fields.split()


@pytest.fixture
def command(house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(cli, "load", lambda: house.settings)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            cli.main(list(arguments))
        out = capsys.readouterr()
        return int(end.value.code or 0), out.out, out.err

    return run


def test_the_commands_show_and_export_complaints(house: House, command) -> None:
    folio = file_one(house).folio
    assert json.loads(command("cases", "list", "--json")[1])[0]["folio"] == folio
    assert json.loads(command("cases", "show", folio, "--json")[1])["complainant"]["name"] == "Rosa"
    assert json.loads(command("cases", "export", "--format", "jsonl")[1])["folio"] == folio
    assert folio in command("cases", "export", "--format", "csv")[1]


def test_an_unknown_folio_is_said_and_exits_1(command) -> None:
    code, _, err = command("cases", "show", "BT-222-222-2")
    assert code == 1 and "BT-222-222-2" in err


def test_the_queue_is_listed(house: House, command) -> None:
    house.handoffs.request(conversation(house), "pedir_humano")
    house.handoffs.request(conversation(house, "beto"), "emergencia")
    waiting = json.loads(command("queue", "--json")[1])
    assert [row["reason"] for row in waiting] == ["emergencia", "pedir_humano"]


def test_wrong_usage_exits_2(command) -> None:
    assert command("cases")[0] == 2
