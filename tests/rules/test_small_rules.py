"""Folios, languages, opening hours, splitting, and what becomes of a failed sending."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.catalog import Catalog
from bot.channels.base import short, split
from bot.errors import RecipientGone, Rejected, Throttled, Unavailable
from bot.folio import new_folio, read_folio
from bot.language import foreign
from bot.model import Button, Limits, Reply
from bot.outbox import MAX_ATTEMPTS, outcome_of

MEXICO = ZoneInfo("America/Mexico_City")
LIMITS = Limits(text=100, buttons=3, title=20, callback=64)


def test_a_folio_is_read_back_however_it_is_typed() -> None:
    folio = new_folio()
    for typed in (folio, folio.lower(), folio.replace("-", " "), f"mi folio es {folio.replace('-', '')} gracias"):
        read = read_folio(typed)
        assert read and read.folio == folio and read.valid


def test_a_slip_of_one_character_is_noticed() -> None:
    folio = new_folio()
    for index, char in enumerate(folio):
        if char.isalnum() and index > 2:
            wrong = folio[:index] + ("7" if char != "7" else "9") + folio[index + 1 :]
            assert not read_folio(wrong).valid


def test_what_is_no_folio_is_not_taken_for_one() -> None:
    assert read_folio("8112345678") is None
    assert read_folio("quiero mi folio") is None


FOREIGN = {
    "en": ["they call me every day and threaten to take my house", "how can I make a complaint about this agency"],
    "pt": ["eles me ligam todo dia e ameaçam tirar minha casa", "não tenho como pagar e eles não param de ligar"],
    "fr": [
        "ils m'appellent tous les jours et menacent de prendre ma maison",
        "je ne peux pas payer et ils me menacent",
    ],
}
SPANISH = [
    "me llaman a todas horas",
    "no me dan opciones",
    "q onda",
    "si",
    "ok",
    "me cobran de mas en mi casa",
    "help",
    "todo mal con la app y el call center de cobranza",
    "no tengo para pagar mi casa",
    "me mandan mensajes por facebook messenger",
]


@pytest.mark.parametrize(("language", "text"), [(lang, text) for lang, texts in FOREIGN.items() for text in texts])
def test_another_language_is_noticed(language: str, text: str) -> None:
    assert foreign(text) == language


@pytest.mark.parametrize("text", SPANISH)
def test_spanish_is_never_called_foreign(text: str) -> None:
    assert foreign(text) == ""


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 11, 23, 7, 29, tzinfo=MEXICO), False),  # Monday
        (datetime(2026, 11, 23, 7, 30, tzinfo=MEXICO), True),
        (datetime(2026, 11, 23, 20, 59, tzinfo=MEXICO), True),
        (datetime(2026, 11, 23, 21, 0, tzinfo=MEXICO), False),
        (datetime(2026, 11, 21, 14, 59, tzinfo=MEXICO), True),  # Saturday
        (datetime(2026, 11, 21, 15, 0, tzinfo=MEXICO), False),
        (datetime(2026, 11, 16, 16, 0, tzinfo=MEXICO), False),  # third Monday of November: a rest day
        (datetime(2026, 11, 16, 10, 0, tzinfo=MEXICO), True),
        (datetime(2026, 11, 24, 3, 30, tzinfo=ZoneInfo("UTC")), False),  # 21:30 of Monday in Mexico City
    ],
)
def test_infonatel_is_open_by_mexico_city_time_and_rest_days(moment: datetime, is_open: bool) -> None:
    assert Catalog().opening(moment).open is is_open


def test_when_it_is_closed_the_next_opening_is_known() -> None:
    opens = Catalog().opening(datetime(2026, 11, 20, 22, 0, tzinfo=MEXICO)).opens
    assert opens == datetime(2026, 11, 21, 9, 0, tzinfo=MEXICO)


def test_a_long_text_is_cut_at_sentence_ends_and_nothing_is_lost() -> None:
    text = "Esta es una frase. " * 12
    parts = split(Reply(text.strip(), (Button("Sí", "/afirmar"),)), LIMITS)
    assert all(len(part.text) <= 100 for part in parts)
    assert all(part.text.endswith(".") for part in parts)
    assert " ".join(part.text for part in parts) == text.strip()
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]


def test_one_endless_word_is_cut_all_the_same() -> None:
    assert "".join(p.text for p in split(Reply("a" * 250), LIMITS)) == "a" * 250


def test_titles_are_shortened_at_a_word() -> None:
    assert short("Prefiero no decir mi nombre", 20) == "Prefiero no decir…"


def test_failed_sendings_end_as_their_error_says() -> None:
    assert outcome_of(Unavailable(), 1).status == "waiting"
    assert 33 <= outcome_of(Throttled(33), MAX_ATTEMPTS * 2).after <= 34
    assert outcome_of(Rejected(), 1).status == "failed"
    assert outcome_of(RecipientGone(), 1).status == "failed"
    assert outcome_of(Unavailable(), MAX_ATTEMPTS - 1).status == "failed"
