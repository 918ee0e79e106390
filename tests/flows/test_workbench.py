"""From a doubtful message to an example: nothing private on the way, undone in one step, remembered with who and why."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bot import review, review_files, spreadsheet
from bot.errors import RuleBroken
from bot.example_checks import Checker
from bot.examples import FOLDER, Corpus, Example, labelled
from bot.neighbours import Neighbours
from bot.review_desk import Label, ReviewDesk, example_text
from bot.teaching import Teaching, commit
from bot.wiring import House
from tests.fakes.rasa import FakeRasa
from tests.flows.say import answer_all, say

#: Enough of them for these tests, and quicker than all.
INTENTS = (
    "denunciar_acoso", "denunciar_maltrato", "denunciar_amenazas", "denunciar_uso_datos", "crisis_emocional", "emergencia",
    "saludar", "despedirse", "fuera_de_alcance", "consultar_kioscos", "consultar_proceso", "consultar_estado", "afirmar",
)  # fmt: skip


@pytest.fixture
def teaching(house: House, tmp_path: Path) -> Teaching:
    (tmp_path / "nlu").mkdir()
    for intent in INTENTS:
        shutil.copy(FOLDER / f"{intent}.yml", tmp_path / "nlu")
    return Teaching(house.store, Corpus(tmp_path / "nlu"))


@pytest.fixture
def desk(house: House, teaching: Teaching) -> ReviewDesk:
    return ReviewDesk(house.store, teaching)


@pytest.fixture
def unsure(fake_rasa: FakeRasa) -> FakeRasa:
    fake_rasa.confidence = 0.3
    return fake_rasa


def hear(house: House, *texts: str) -> None:
    for number, text in enumerate(texts):
        say(house, text, who=f"persona{number}-{text[:5]}")
        answer_all(house)


# --- what gets into the queue --------------------------------------------------------------------------------------------


def test_a_sure_reading_is_not_reviewed(house: House, desk: ReviewDesk) -> None:
    hear(house, "hola")
    assert desk.queue() == []


def test_a_fallback_is_reviewed_however_sure_it_is(house: House, desk: ReviewDesk, fake_rasa: FakeRasa) -> None:
    fake_rasa.intent, fake_rasa.confidence = "nlu_fallback", 0.9
    hear(house, "zzz yyy")
    assert desk.queue()[0].why == "el bot dijo que no entendió"


def test_two_failures_in_a_row_are_named(house: House, desk: ReviewDesk, unsure: FakeRasa) -> None:
    for text in ("primera cosa rara", "segunda bien distinta"):
        say(house, text)
        answer_all(house)
    assert {item.reason for item in desk.queue()} == {"dos_veces"}


def test_a_correction_brings_the_turn_before_it(house: House, desk: ReviewDesk, fake_rasa: FakeRasa) -> None:
    say(house, "fue el lunes pasado")
    answer_all(house)
    fake_rasa.intent = "corregir"
    say(house, "no, me equivoqué")
    answer_all(house)
    (item,) = desk.queue()
    assert (item.text, item.reason, item.after) == ("fue el lunes pasado", "correccion", "")
    assert desk.item(item.id).after == "no, me equivoqué"


def test_the_team_can_mark_a_turn(house: House, desk: ReviewDesk) -> None:
    say(house, "esto se entendió mal")
    (turn,) = answer_all(house)
    with house.store.begin() as tx:
        assert review.mark(tx, turn.id, "ana@equipo.mx")
        assert not review.mark(tx, "no-existe", "ana@equipo.mx")
    assert desk.queue()[0].marked_by == "ana@equipo.mx"


# --- how it is shown -----------------------------------------------------------------------------------------------------


def test_nothing_private_is_shown_and_a_name_keeps_its_number(house: House, desk: ReviewDesk, unsure: FakeRasa) -> None:
    say(house, "soy Yamileth Tzec, mi cel 5548219930", who="a")
    answer_all(house)
    say(house, "Yamileth Tzec otra vez", who="a")
    answer_all(house)
    shown = [desk.item(item.id) for item in desk.queue()]
    everything = str(shown)
    assert "Yamileth" not in everything and "5548219930" not in everything
    first = next(item for item in shown if "TELEFONO" in item.text)
    assert first.answered[0].startswith("Leí: soy «NOMBRE 1»")
    assert first.after.startswith("«NOMBRE 1»")


def test_danger_comes_first_and_equal_messages_are_one(house: House, desk: ReviewDesk, unsure: FakeRasa) -> None:
    hear(
        house,
        "cuanto cuesta el kilo de tortilla",
        "ya no quiero vivir asi",
        "me llaman a cada rato",
        "me llamann a cada rato",
    )
    items = desk.queue()
    assert "vivir" in items[0].text
    assert [len(item.turn_ids) for item in items] == [1, 2, 1]


# --- labelling -----------------------------------------------------------------------------------------------------------


def test_a_label_becomes_an_example_and_is_undone(
    house: House, desk: ReviewDesk, teaching: Teaching, unsure: FakeRasa
) -> None:
    hear(house, "don Chuy el del despacho anda preguntando por mi en el tianguis de los jueves")
    (item,) = desk.queue()
    group = desk.label(item.id, Label("etiqueta", "denunciar_acoso", ("denunciar_uso_datos",)), "eva@x.mx")
    added = teaching.corpus.of("denunciar_acoso")[-1]
    assert added.marked.startswith("don [Juan Pérez](nombre) el del despacho")
    assert added.also == ("denunciar_uso_datos",)
    assert desk.queue() == []
    assert teaching.history()[0]["author"] == "eva@x.mx"
    desk.undo(group, "eva@x.mx")
    assert teaching.corpus.of("denunciar_acoso")[-1] != added
    assert [i.id for i in desk.queue()] == [item.id]
    with pytest.raises(RuleBroken):
        desk.undo(group, "eva@x.mx")


def test_not_of_here_and_discarded(house: House, desk: ReviewDesk, teaching: Teaching, unsure: FakeRasa) -> None:
    hear(house, "a cómo está el dólar en la frontera hoy", "jkjkjk wwww")
    for item in desk.queue():
        desk.label(item.id, Label("fuera" if "frontera" in item.text else "descartar"), "eva")
    assert teaching.corpus.search("dólar frontera", "fuera_de_alcance")
    assert [row["action"] for row in teaching.history()] == ["agregar"]


def test_danger_cannot_be_taught_as_a_greeting(house: House, desk: ReviewDesk, unsure: FakeRasa) -> None:
    hear(house, "me quiero quitar la vida por esta deuda del demonio")
    (item,) = desk.queue()
    with pytest.raises(RuleBroken, match="crisis_emocional"):
        desk.label(item.id, Label("etiqueta", "saludar"), "eva")
    assert len(desk.queue()) == 1


def test_a_second_opinion_is_blind_and_counted(house: House, desk: ReviewDesk, unsure: FakeRasa) -> None:
    hear(house, "oigan y esto que procede entonces con mi asunto raro")
    (item,) = desk.queue()
    desk.label(item.id, Label("etiqueta", "consultar_proceso"), "eva", second=True)
    assert desk.waiting_for_second("eva") == []
    (waiting,) = desk.waiting_for_second("leo")
    assert not desk.second_opinion(waiting.id, Label("etiqueta", "consultar_estado"), "leo")
    (row,) = desk.agreement()
    assert (row.intent, row.pairs, row.agreed) == ("consultar_proceso", 1, 0)
    assert desk.waiting_for_second("eva") == [] == desk.waiting_for_second("leo")


def test_entities_and_stand_ins_keep_their_places() -> None:
    text = "en «LUGAR 1» el de [Grupo] Delta me cobra"
    start = text.index("[Grupo]")
    marked = example_text(text, [(start, start + len("[Grupo] Delta"), "agencia")])
    assert marked == "en [Puebla](lugar) el de [(Grupo) Delta](agencia) me cobra"


# --- files ---------------------------------------------------------------------------------------------------------------


def test_export_cannot_run_a_formula_and_comes_back_labelled(
    house: House, desk: ReviewDesk, teaching: Teaching, unsure: FakeRasa
) -> None:
    hear(house, "=HYPERLINK(1) me traen asoleado con las visitas", "otra cosa que nadie sabe que es")
    rows = list(csv.DictReader(io.StringIO(review_files.as_csv(desk.queue()))))
    assert all(not cell.startswith(spreadsheet.FORMULA) for row in rows for cell in row.values())
    rows[0]["intencion"], rows[0]["tambien"] = "denunciar_acoso", ""
    rows[1]["veredicto"] = "descartar"
    rows.append({**rows[0], "id": "no-existe"})
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    result = review_files.take(desk, out.getvalue(), "fuera@x.mx")
    assert (result.done, len(result.errors)) == (2, 1)
    assert desk.queue() == []


def test_json_lines_go_out_and_come_back(house: House, desk: ReviewDesk, unsure: FakeRasa) -> None:
    hear(house, "quién sabe qué será esto pero me traen en chinga")
    row = json.loads(review_files.as_json_lines(desk.queue()))
    row |= {"intencion": "denunciar_acoso", "tambien": ["denunciar_amenazas"]}
    assert review_files.take(desk, json.dumps(row), "x").done == 1


# --- examples by hand ----------------------------------------------------------------------------------------------------


def test_checks_say_what_is_wrong(teaching: Teaching) -> None:
    known = teaching.corpus.of("denunciar_acoso")[0]

    def kinds(example: Example) -> set[str]:
        return {finding.kind for finding in teaching.checker.check(example)}

    assert "repetido" in kinds(Example("denunciar_acoso", known.text.upper()))
    assert "contradice" in kinds(Example("saludar", known.text))
    assert "contradiccion" in kinds(
        Example("consultar_kioscos", "me llaman diario a todas horas y no paran de llamarme")
    )
    assert "parecido" in kinds(Example("denunciar_acoso", known.text + " s"))
    assert "personal" in kinds(Example("denunciar_acoso", "mi curp HEGM850312MDFRRR04 la tienen ellos"))
    assert "peligro" in kinds(Example("saludar", "me quiero matar"))
    assert "examen" in kinds(Example("afirmar", "le doy permiso, sí, pero apúrese que ya casi me bajo del camión"))
    assert kinds(Example("denunciar_acoso", "a mi abuelo lo despiertan los del despacho tocando el claxon")) <= {
        "contradiccion"
    }


def test_ways_of_asking_about_a_right_are_checked_among_themselves(teaching: Teaching) -> None:
    shutil.copytree(FOLDER / "derechos", teaching.corpus.folder / "derechos")
    known = teaching.corpus.labelled("derecho:carcel")[0]

    def kinds(label: str, text: str) -> set[str]:
        return {finding.kind for finding in teaching.checker.check(labelled(label, text))}

    assert "repetido" in kinds("derecho:carcel", known.text)
    assert "contradice" in kinds("derecho:embargo", known.text)
    assert "examen" in kinds("derecho:carcel", "hay un límite de intentos de marcación por jornada")
    assert "peligro" in kinds("derecho:carcel", "me quiero matar")
    assert kinds("saludar", known.text) <= {"contradiccion"}, "another kind of lesson"


def test_every_change_is_remembered(teaching: Teaching) -> None:
    example = teaching.add(Example("saludar", "qué transa mi buen bot"), "eva", "así saludan aquí")
    moved = teaching.change(example.key, Example("despedirse", "ahí nos vidrios mi buen bot"), "leo", "era despedida")
    teaching.delete(moved.key, "leo", "sobra")
    assert [(row["action"], row["author"], row["reason"]) for row in teaching.history()] == [
        ("borrar", "leo", "sobra"),
        ("mover", "leo", "era despedida"),
        ("agregar", "eva", "así saludan aquí"),
    ]


def test_each_change_is_taken_back(teaching: Teaching) -> None:
    shutil.copytree(FOLDER / "derechos", teaching.corpus.folder / "derechos")
    before = sorted(example.key for example in teaching.corpus.labelled(""))
    for example in (
        Example("saludar", "qué transa mi [buen](nombre) bot"),
        labelled("derecho:carcel", "y si me entamban"),
    ):
        added = teaching.add(example, "eva", "")
        moved = teaching.change(
            added.key, labelled("denunciar_acoso", "me hablan: a diario", ("denunciar_maltrato",)), "eva", ""
        )
        teaching.delete(moved.key, "eva", "")
        for number, there in ((0, moved), (2, added)):  # the delete; the move, under the undoing of the delete
            change = teaching.history()[number]
            assert teaching.undo(change["id"], "leo") == there
        with pytest.raises(RuleBroken):
            teaching.undo(change["id"], "leo")
        teaching.delete(added.key, "leo", "")
    assert sorted(example.key for example in teaching.corpus.labelled("")) == before
    for change_id in ("", "0" * 26):
        with pytest.raises(RuleBroken):
            teaching.undo(change_id, "leo")


def test_there_are_no_problems_in_our_own_examples() -> None:
    corpus = Corpus()
    problems = Checker(corpus, Neighbours(corpus.all)).problems()
    assert [finding for finding in problems if finding.stops] == []


def test_changes_are_committed_when_there_is_git(tmp_path: Path) -> None:
    assert commit("eva@x.mx", "nada", tmp_path) == ""
    nlu = tmp_path / "data" / "nlu"
    nlu.mkdir(parents=True)
    (nlu / "saludar.yml").write_text("uno")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "add", "."], check=True)
    who = ["-c", "user.name=x", "-c", "user.email=x@x"]
    subprocess.run(["git", "-C", str(tmp_path), *who, "commit", "--quiet", "-m", "uno"], check=True)
    (nlu / "saludar.yml").write_text("dos")
    (tmp_path / "otra.txt").write_text("ajena")
    assert commit("eva@x.mx", "Mejores saludos", tmp_path)
    log = subprocess.run(
        ["git", "-C", str(tmp_path), "log", "-1", "--format=%an %s", "--name-only"], capture_output=True, text=True
    ).stdout
    assert log.split("\n\n") == ["eva@x.mx data: Mejores saludos", "data/nlu/saludar.yml\n"]
    assert commit("eva@x.mx", "otra vez", tmp_path) == ""
