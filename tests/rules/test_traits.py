"""What may be counted of a complaint without opening it."""

import pytest

from bot.traits import MOST_PHRASES, PHRASE, local_number, phrases, traits


def test_what_was_told_becomes_what_can_be_counted() -> None:
    found = traits(
        {
            "place": "Ecatepec",
            "incident_time": "22:30",
            "agency": "los de Cobra Ya",
            "agency_phone": "+52 55 1234 5678",
            "description": "Me dijo que mañana pasan por mis muebles.",
            "complainant": {"name": "Ana López", "phone": "", "anonymous": False},
        }
    )
    assert (found.state, found.hour, found.daypart) == ("MEX", 22, "")
    assert (found.agency, found.number, found.person) == ("cobra ya", "5512345678", "ana lopez")


def test_nothing_told_is_nothing_counted() -> None:
    found = traits({})
    assert (found.state, found.hour, found.daypart, found.agency, found.number) == ("", None, "", "", "")
    assert found.phrases == frozenset()


@pytest.mark.parametrize("time", ["noche", "mañana"])
def test_a_part_of_the_day_is_no_hour(time: str) -> None:
    assert (traits({"incident_time": time}).hour, traits({"incident_time": time}).daypart) == (None, time)


@pytest.mark.parametrize(
    ("written", "number"), [("52 1 55-1234-5678", "5512345678"), ("066", ""), ("", ""), ("sí", "")]
)
def test_a_number_is_known_by_its_last_ten_digits(written: str, number: str) -> None:
    assert local_number(written) == number


def test_a_first_name_alone_tells_nobody_from_another() -> None:
    assert traits({"complainant": {"name": "Ana", "phone": "", "anonymous": False}}).person == ""


def test_a_phrase_is_words_in_a_row_however_they_are_typed() -> None:
    one, other = phrases("MAÑANA pasan por sus muebles, señora Ana"), phrases("que manana pasan por sus muebles señora")
    assert {words for words, _ in one} & {words for words, _ in other} == {"manana pasan por sus muebles senora"}
    words, (start, end) = one[0]
    assert "MAÑANA pasan por sus muebles, señora Ana"[start:end] == "MAÑANA pasan por sus muebles, señora"
    assert len(words.split()) == PHRASE


def test_empty_words_and_two_messages_make_no_phrase() -> None:
    assert phrases("y que no me lo de a mi en la") == []
    assert phrases("pasan por sus\nmuebles mañana temprano señora") == []


def test_a_long_story_is_cut() -> None:
    story = " ".join(f"palabra{number}" for number in range(5000))
    assert len(traits({"description": story}).phrases) == MOST_PHRASES
