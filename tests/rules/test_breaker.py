"""When Rasa is not asked for a while, and how it comes back."""

from __future__ import annotations

import pytest

from bot.breaker import FIRST_REST, LONGEST_REST, OPENS_AFTER, Breaker
from bot.errors import RasaResting, RasaUnavailable


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def fails(breaker: Breaker, turn: str) -> None:
    with pytest.raises(RasaUnavailable), breaker.trying(turn):
        raise RasaUnavailable("down")


def opened(breaker: Breaker) -> None:
    for number in range(OPENS_AFTER):
        fails(breaker, f"t{number}")


def test_one_turn_that_fails_again_and_again_says_nothing_of_the_others(breaker: Breaker) -> None:
    for _ in range(20):
        fails(breaker, "the same")
    assert breaker.is_closed


def test_different_turns_that_fail_in_a_row_open_it(breaker: Breaker) -> None:
    opened(breaker)
    assert not breaker.is_closed and breaker.rest > 0
    with pytest.raises(RasaResting), breaker.trying("another"):
        raise AssertionError("it was tried")


def test_an_answer_between_them_starts_the_count_again(breaker: Breaker) -> None:
    for number in range(OPENS_AFTER - 1):
        fails(breaker, f"t{number}")
    with breaker.trying("well"):
        pass
    fails(breaker, "t9")
    assert breaker.is_closed


def test_one_probe_at_a_time_closes_it(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += FIRST_REST
    assert breaker.rest == 0
    with breaker.trying("probe"):
        assert breaker.rest > 0
        with pytest.raises(RasaResting), breaker.trying("meanwhile"):
            pass
    assert breaker.is_closed and breaker.rest == 0


def test_a_probe_that_fails_rests_longer_but_never_too_long(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    rests = []
    for _ in range(6):
        rests.append(breaker.rest)
        clock.now += breaker.rest
        fails(breaker, "probe")
    assert rests == sorted(rests) and rests[0] == FIRST_REST and rests[-1] == LONGEST_REST


def test_a_probe_that_is_cancelled_leaves_the_place_to_the_next(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += FIRST_REST
    with pytest.raises(KeyboardInterrupt), breaker.trying("probe"):
        raise KeyboardInterrupt
    with breaker.trying("the next"):
        pass
    assert breaker.is_closed


def test_who_was_asked_before_it_opened_neither_fails_nor_hinders_the_probe(breaker: Breaker, clock: Clock) -> None:
    slow = breaker.trying("slow")
    slow.__enter__()
    opened(breaker)
    clock.now += FIRST_REST
    with breaker.trying("probe"):
        assert not slow.__exit__(RasaUnavailable, RasaUnavailable("late"), None)
        assert breaker.rest > 0
    assert breaker.is_closed
