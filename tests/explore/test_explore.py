"""Thousands of random but lawful conversations with the real actions and with what the trained model reads in their
phrases; what must always be true is looked at after every turn. Short by default; `make explore` reads the phrases anew
with the newest model and plays 20,000 turns (EXPLORE_TURNS)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from actions.questions import FACT_OF
from tests.explore import phrases
from tests.explore.robot import Robot, World, world

TURNS = int(os.environ.get("EXPLORE_TURNS", "600"))
#: Turns of one conversation.
LENGTH = 20
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 50
HELP = ("911", "800 911 2000")


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    known = phrases.recorded()
    with world(tmp_path_factory.mktemp("explore"), lambda text: known[text]) as made:
        yield made


def test_whatever_people_do_what_is_promised_holds(everything: World) -> None:
    Conversation.world, Conversation.turns, Conversation.filed = everything, 0, 0
    limits = settings(
        max_examples=max(1, TURNS // LENGTH),
        stateful_step_count=LENGTH,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        database=None,
        print_blob=False,
    )
    run_state_machine_as_test(Conversation, settings=limits)
    print(f"{Conversation.turns} turns explored, {Conversation.filed} complaints filed")


class Conversation(RuleBasedStateMachine):
    world: World
    turns = 0
    filed = 0

    def __init__(self) -> None:
        super().__init__()
        self.robot = Robot(self.world)
        self.answer, self.silent = "hola", False

    # --- what people do ------------------------------------------------------------------------------------------

    @rule(text=st.sampled_from(phrases.STORIES))
    def tells(self, text: str) -> None:
        self.said(lambda: self.robot.says(text), text)

    @rule(text=st.sampled_from(phrases.DATA))
    def gives_a_datum(self, text: str) -> None:
        self.said(lambda: self.robot.says(text), text)

    @rule(text=st.sampled_from(phrases.SHORT))
    def answers_shortly(self, text: str) -> None:
        self.said(lambda: self.robot.says(text), text)

    @rule(text=st.sampled_from((*phrases.QUESTIONS, *phrases.NOISE)))
    def interrupts(self, text: str) -> None:
        self.said(lambda: self.robot.says(text), text)

    @rule(text=st.sampled_from((*phrases.CORRECTIONS, *phrases.NEWS)))
    def changes_something(self, text: str) -> None:
        self.said(lambda: self.robot.says(text), text)

    @rule(text=st.sampled_from(phrases.LEAVING))
    def wants_to_leave(self, text: str) -> None:
        self.said(lambda: self.robot.says(text), text)

    @rule(text=st.sampled_from(phrases.FEAR))
    def is_afraid(self, text: str) -> None:
        self.said(lambda: self.robot.says(text), text)
        assert any(line in message["text"] for message in self.robot.heard[-6:] for line in HELP) or "duermo" in text

    @rule(text=st.sampled_from(phrases.BURSTS))
    def writes_in_a_burst(self, text: str) -> None:
        self.said(lambda: self.robot.says(text), text)

    @precondition(lambda self: bool(self.robot.buttons))
    @rule(choice=st.integers(0, 9))
    def taps(self, choice: int) -> None:
        buttons = self.robot.heard[-1]["buttons"]
        button = buttons[choice % len(buttons)]
        self.said(lambda: self.robot.taps_payload(button["payload"]), button["payload"])

    @precondition(lambda self: any(message["buttons"] for message in self.robot.heard))
    @rule(which=st.integers(0, 40), choice=st.integers(0, 9))
    def taps_an_old_button(self, which: int, choice: int) -> None:
        offered = [message["buttons"] for message in self.robot.heard if message["buttons"]]
        buttons = offered[which % len(offered)]
        button = buttons[choice % len(buttons)]
        self.said(lambda: self.robot.taps_payload(button["payload"]), button["payload"])

    @rule()
    def goes_along(self) -> None:
        """What is asked is answered with the first button, until there is none."""
        for _ in range(3):
            if not self.robot.buttons:
                break
            self.taps_first()

    @rule()
    def files_a_complaint(self) -> None:
        for text in (phrases.STORIES[1], "acepto", "prefiero que sea anónima", "si"):
            self.said(lambda text=text: self.robot.says(text), text)  # type: ignore[misc]

    def taps_first(self) -> None:
        payload = self.robot.heard[-1]["buttons"][0]["payload"]
        self.said(lambda: self.robot.taps_payload(payload), payload)

    @rule()
    def sends_a_photo(self) -> None:
        self.said(lambda: self.robot.sends("foto.jpg", JPG), "")

    @rule()
    def comes_back_after_days(self) -> None:
        self.robot.comes_back_later()
        self.said(lambda: self.robot.says("hola"), "hola")

    @precondition(lambda self: bool(self.robot.last))
    @rule()
    def the_turn_is_answered_again_after_a_crash(self) -> None:
        before = self.folios()
        message = self.robot.last["message"]
        if message["metadata"]["alarm"] or "opcion" in str(message["entities"]):
            return  # what an alarm or a deletion did once is looked up in the tracker
        self.answer = self.robot.is_answered_again()
        assert self.folios() == before, "a turn that was tried again filed twice"

    # --- what must hold ------------------------------------------------------------------------------------------

    def said(self, turn: object, text: str) -> None:
        """Have one turn and look at what it did."""
        type(self).turns += 1
        before, draft = self.folios(), self.robot.draft()
        self.answer = turn()  # type: ignore[operator]
        self.silent = bool(self.robot.last["message"]["metadata"]["alarm"])
        new = [folio for folio in self.folios() if folio not in before]
        assert len(new) <= 1, "one turn filed twice"
        if new:
            type(self).filed += 1
            assert draft is not None and draft.consent_at, "filed without consent"
            assert draft.pending == "confirmacion", "filed without showing the summary"
            assert new[0] in self.answer, "filed and not told the folio"
        if "borrar_si" in text or "Ya borré" in self.answer or "borré lo que me contaste" in self.answer:
            self.nothing_is_kept(all_of_it="borrar_si" in text)

    def nothing_is_kept(self, all_of_it: bool) -> None:
        draft = self.robot.draft()
        assert draft is None or draft.is_blank, "something of the draft was kept"
        with self.world.house.store.read() as tx:
            assert not tx.loose_evidence(self.robot.conversation), "a file was kept"
        if all_of_it:
            assert not self.folios(), "a case was kept"

    def folios(self) -> list[str]:
        return [case.folio for case in self.world.house.complaints.of_conversation(self.robot.conversation)]

    @invariant()
    def there_is_always_an_answer(self) -> None:
        assert self.answer.strip() or self.silent

    @invariant()
    def no_blank_is_left_and_nothing_is_too_long(self) -> None:
        for message in self.robot.heard[-8:]:
            assert not re.search(r"\{(?!nombre\})\w+\}", message["text"]), message["text"]
            assert len(message["text"]) <= 4000

    @invariant()
    def there_is_a_way_on(self) -> None:
        """While a complaint is being taken, the last thing said is a question or has buttons."""
        if not self.robot.in_form or not self.robot.heard or self.silent:
            return
        last = self.robot.heard[-1]
        asks = "?" in last["text"] or last["buttons"] or re.search(r"\b(?:[Ee]scr[ií]be|Cuéntame|dime)", last["text"])
        assert asks, last["text"]

    @invariant()
    def nothing_known_is_asked(self) -> None:
        draft = self.robot.draft()
        if not self.robot.in_form or draft is None:
            return
        fact = FACT_OF.get(draft.pending, "")
        assert not draft.facts.get(fact), f"{draft.pending} is known and asked"
        assert draft.pending != "nombre" or not (draft.name or draft.anonymous)

    def teardown(self) -> None:
        """From anywhere there is a way out, and back to the start."""
        self.robot.says("cancelar")
        if "Borrarlo" in self.robot.buttons:
            self.robot.taps("Borrarlo")
        elif self.robot.in_form:
            self.robot.says("cancelar")
            if "Borrarlo" in self.robot.buttons:
                self.robot.taps("Borrarlo")
        assert not self.robot.in_form, f"no way out: {self.robot.heard[-1]['text']}"
        draft = self.robot.draft()
        assert draft is None or draft.is_blank or not draft.consent_at
        assert "Hola" in self.robot.says("hola")
