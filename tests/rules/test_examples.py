"""The files of examples are edited one line at a time, and nothing else in them changes."""

from __future__ import annotations

import shutil
from difflib import ndiff
from pathlib import Path

import pytest

from bot.errors import RuleBroken
from bot.examples import FOLDER, Corpus, Example, labelled, marked, rewritten

FILES = sorted(FOLDER.rglob("*.yml"))


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    (tmp_path / "nlu").mkdir()
    for intent in ("denunciar_acoso", "denunciar_maltrato", "denunciar_engano", "saludar", "despedirse", "negar"):
        shutil.copy(FOLDER / f"{intent}.yml", tmp_path / "nlu")
    shutil.copytree(FOLDER / "derechos", tmp_path / "nlu" / "derechos")
    return Corpus(tmp_path / "nlu")


def changed_lines(corpus: Corpus, intent: str) -> list[str]:
    before = (FOLDER / f"{intent}.yml").read_text().splitlines()
    after = (corpus.folder / f"{intent}.yml").read_text().splitlines()
    return [line for line in ndiff(before, after) if line[0] in "+-"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_save_without_a_change_gives_the_same_bytes(path: Path) -> None:
    assert rewritten(path).encode() == path.read_bytes()


def test_an_added_example_is_one_more_line(corpus: Corpus) -> None:
    corpus.add(Example("denunciar_acoso", 'hola # "x": [55 1234 5678](telefono)'))
    assert changed_lines(corpus, "denunciar_acoso") == ['+       - hola # "x": [55 1234 5678](telefono)']
    assert corpus.search("hola 55 1234", "denunciar_acoso")[0].entities == [("55 1234 5678", "telefono")]


def test_an_example_with_other_conducts_goes_to_their_block(corpus: Corpus) -> None:
    corpus.add(Example("denunciar_acoso", 'me "gritan" de noche', ("denunciar_maltrato", "denunciar_engano")))
    assert changed_lines(corpus, "denunciar_acoso") == [
        r'+       - {text: "me \"gritan\" de noche", metadata: {tambien: [denunciar_maltrato, denunciar_engano]}}'
    ]


def test_the_block_is_made_when_there_is_none(corpus: Corpus) -> None:
    corpus.add(Example("saludar", "hola, me gritan", ("denunciar_maltrato",)))
    assert corpus.of("saludar")[-1].also == ("denunciar_maltrato",)
    assert "  # llevan además otras conductas\n  - intent: saludar\n" in (corpus.folder / "saludar.yml").read_text()


def test_change_move_and_delete_touch_one_example(corpus: Corpus) -> None:
    first, second, third = corpus.of("saludar")[:3]
    corpus.change(first.key, Example("saludar", "qué hubo pues"))
    corpus.delete(second.key)
    corpus.move(third.key, "despedirse")
    texts = [example.text for example in corpus.of("saludar")]
    assert texts[0] == "qué hubo pues"
    assert second.text not in texts and third.text not in texts
    assert corpus.of("despedirse")[-1].text == third.text


def test_gaining_and_losing_a_conduct_moves_it_between_blocks(corpus: Corpus) -> None:
    plain = corpus.of("denunciar_acoso")[0]
    with_also = corpus.change(plain.key, Example(plain.intent, plain.marked, ("denunciar_engano",)))
    assert corpus.find(with_also.key).also == ("denunciar_engano",)
    corpus.change(with_also.key, plain)
    assert corpus.find(plain.key).also == ()
    assert len(corpus.of("denunciar_acoso")) == len(Corpus(FOLDER).of("denunciar_acoso"))


def test_a_way_of_asking_about_a_right_is_one_more_line_in_its_block(corpus: Corpus) -> None:
    before = (FOLDER / "derechos" / "consecuencias.yml").read_text().splitlines()
    added = corpus.add(labelled("derecho:carcel", "a poco por [deber](monto) me llevan al bote"))
    path = corpus.folder / "derechos" / "consecuencias.yml"
    changed = [line for line in ndiff(before, path.read_text().splitlines()) if line[0] in "+-"]
    assert changed == ["+       - a poco por deber me llevan al bote"]
    assert (added.intent, added.right, added.label) == ("consultar_derechos", "carcel", "derecho:carcel")
    assert corpus.find(added.key) == added and corpus.search("llevan bote", "derecho:carcel") == [added]
    assert added not in corpus.all(), "it teaches its right, and no intent"


def test_a_way_of_asking_is_changed_moved_and_deleted(corpus: Corpus) -> None:
    first, second = corpus.labelled("derecho:carcel")[:2]
    corpus.change(first.key, labelled("derecho:carcel", "me encierran por deber o no"))
    assert corpus.labelled("derecho:carcel")[0].text == "me encierran por deber o no"
    other = next(right for right in corpus.rights() if right != "carcel")
    moved = corpus.move(second.key, f"derecho:{other}")
    assert moved in corpus.labelled(f"derecho:{other}") and second not in corpus.phrasings()
    plain = corpus.move(moved.key, "saludar")
    assert (plain.right, plain.intent) == ("", "saludar") and plain in corpus.of("saludar")
    corpus.move(plain.key, "derecho:carcel")
    corpus.delete(corpus.labelled("derecho:carcel")[-1].key)
    assert len(corpus.labelled("derecho:carcel")) == len(Corpus(FOLDER).labelled("derecho:carcel")) - 1
    with pytest.raises(RuleBroken, match="no_hay"):
        corpus.add(labelled("derecho:no_hay", "hola"))


def test_the_last_way_of_asking_about_a_right_stays(corpus: Corpus) -> None:
    *others, last = corpus.labelled("derecho:carcel")
    for example in others:
        corpus.delete(example.key)
    with pytest.raises(RuleBroken, match="último"):
        corpus.delete(last.key)


def test_what_is_not_of_the_right_form_is_refused(corpus: Corpus) -> None:
    known = corpus.of("saludar")[0]
    for example in (
        Example("saludar", "  \n "),
        Example("saludar", "a" * 2000),
        Example("no_existe", "hola"),
        Example("../../etc/passwd", "hola"),
        Example("saludar", "hola", ("negar",)),
        known,
    ):
        with pytest.raises(RuleBroken):
            corpus.add(example)
    with pytest.raises(RuleBroken):
        corpus.delete("0000000000000000")


def test_an_example_is_one_line_whatever_is_pasted(corpus: Corpus) -> None:
    added = corpus.add(Example("saludar", "buenas\n- intent: x\r\n\u202e tardes\x00"))
    assert added.marked == "buenas - intent: x tardes"
    assert {example.intent for example in corpus.of("saludar")} == {"saludar"}


def test_an_emoji_between_quotes_stays_an_emoji(corpus: Corpus) -> None:
    corpus.add(Example("saludar", "hola 💔 \\U0001", ("denunciar_maltrato",)))
    assert 'text: "hola 💔 \\\\U0001"' in (corpus.folder / "saludar.yml").read_text()


def test_brackets_of_a_person_are_no_marks() -> None:
    assert marked("vino [el] {tal} de Delta", [(19, 24, "agencia")]) == "vino (el) (tal) de [Delta](agencia)"
