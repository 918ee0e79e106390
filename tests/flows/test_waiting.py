"""People who wait: because Rasa is down, because a worker died, because a provider is slow. And what was set aside."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot import schema
from bot.breaker import OPENS_AFTER
from bot.doctor import examine
from bot.errors import Rejected, RuleBroken, Throttled, Unavailable
from bot.inbox import POISON_TRIES
from bot.model import Outgoing, Reply
from bot.store import Tx
from bot.store.base import now
from bot.wiring import House
from tests.fakes.rasa import FakeRasa
from tests.flows.say import answer_all, conversation, heard, message, run, say
from tests.flows.test_journey import FlakyChannel, make_due

LATE = "tardar"


def attempts(house: House) -> list[int]:
    with house.store.engine.connect() as connection:
        return [row.attempts for row in connection.execute(sa.select(schema.inbox).order_by(schema.inbox.c.id))]


def pass_time(house: House, seconds: float) -> None:
    """As if all that came had come that much earlier."""
    with house.store.engine.begin() as connection:
        for row in connection.execute(sa.select(schema.inbox.c.id, schema.inbox.c.received_at)).all():
            earlier = row.received_at - timedelta(seconds=seconds)
            connection.execute(sa.update(schema.inbox).where(schema.inbox.c.id == row.id).values(received_at=earlier))


def rest_is_over(house: House) -> None:
    house.rasa.breaker._opened -= 1000


def break_rasa(house: House, fake_rasa: FakeRasa) -> None:
    fake_rasa.down = True
    for number in range(OPENS_AFTER):
        say(house, f"hola {number}", who=f"quien{number}")
    answer_all(house)
    assert not house.rasa.breaker.is_closed


# --- Rasa down -----------------------------------------------------------------------------------------------------


def test_when_rasa_is_down_for_several_it_is_left_alone_and_everybody_is_told_once(
    house: House, fake_rasa: FakeRasa
) -> None:
    break_rasa(house, fake_rasa)
    asked = len(fake_rasa.asked)
    for number in range(10):
        say(house, "sigo aqui", who=f"otra{number}")
    for _ in range(3):
        answer_all(house)
        while run(house.inbox.tell_late()):
            pass
        run(house.outbox.send_due())
    assert len(fake_rasa.asked) == asked
    for number in range(10):
        (told,) = heard(house, f"otra{number}")
        assert LATE in told and "800 008 3900" in told


def test_a_probe_brings_it_back_and_all_are_answered_in_order(house: House, fake_rasa: FakeRasa) -> None:
    break_rasa(house, fake_rasa)
    for text in ("uno", "dos"):
        say(house, text, who="quien0")
    rest_is_over(house)
    answer_all(house)
    fake_rasa.down = False
    rest_is_over(house)
    make_due(house)
    answer_all(house)
    assert house.rasa.breaker.is_closed
    make_due(house)
    answer_all(house)
    assert heard(house, "quien0")[1:] == ["Leí: hola 0", "Leí: uno\ndos"]
    assert heard(house, "quien2")[1:] == ["Leí: hola 2"]


@pytest.mark.parametrize("part", ["down", "actions_down"])
def test_however_long_it_is_down_nothing_is_set_aside(house: House, fake_rasa: FakeRasa, part: str) -> None:
    setattr(fake_rasa, part, True)
    fake_rasa.lose_answers = 1000
    say(house, "hola")
    for _ in range(POISON_TRIES * 3):
        answer_all(house)
        make_due(house)
    assert house.handoffs.queue() == [] and attempts(house) == [0]
    setattr(fake_rasa, part, False)
    fake_rasa.lose_answers = 0
    make_due(house)
    answer_all(house)
    assert heard(house)[1:] == ["Leí: hola"] and fake_rasa.processed == ["hola"]


def test_probes_that_fail_do_not_count_against_their_turn(house: House, fake_rasa: FakeRasa) -> None:
    break_rasa(house, fake_rasa)
    fake_rasa.down, fake_rasa.lose_answers = False, 1000  # it says that it is well, and answers nobody
    before = attempts(house)
    for _ in range(POISON_TRIES * 2):
        rest_is_over(house)
        make_due(house)
        answer_all(house)
    assert attempts(house) == before and house.handoffs.queue() == []


# --- late ----------------------------------------------------------------------------------------------------------


def test_who_waits_long_is_told_once_in_each_wait(house: House, fake_rasa: FakeRasa) -> None:
    say(house, "hola")
    assert run(house.inbox.tell_late()) == 0
    pass_time(house, 21)
    assert run(house.inbox.tell_late()) == 1
    say(house, "hay alguien?")
    pass_time(house, 21)
    assert run(house.inbox.tell_late()) == 0
    answer_all(house)
    assert [LATE in text for text in heard(house)] == [True, False]
    say(house, "otra cosa")
    pass_time(house, 21)
    assert run(house.inbox.tell_late()) == 1


def test_who_got_the_help_lines_or_has_a_person_is_not_told(house: House) -> None:
    say(house, "me quiero morir", who="ana")
    say(house, "hola", who="beto")
    beto = sa.update(schema.conversations).where(schema.conversations.c.id == conversation(house, "beto"))
    with house.store.engine.begin() as connection:
        connection.execute(beto.values(holder="staff"))
    pass_time(house, 60)
    assert run(house.inbox.tell_late()) == 0


def mark_told(house: House) -> bool:
    id_ = conversation(house)
    with house.store.begin() as tx:
        return tx.mark_told_late(id_)


def test_two_workers_tell_it_once(house: House) -> None:
    say(house, "hola")
    assert [mark_told(house), mark_told(house)] == [True, False]


def test_who_was_answered_in_between_is_not_told(house: House, fake_rasa: FakeRasa) -> None:
    say(house, "hola")
    answer_all(house)
    assert [mark_told(house), mark_told(house)] == [False, False]


# --- leases --------------------------------------------------------------------------------------------------------


def lease_of(house: House) -> sa.engine.Row:
    with house.store.engine.connect() as connection:
        return connection.execute(sa.select(schema.conversations)).one()


def test_a_dead_workers_lease_runs_out_and_a_living_ones_does_not(house: House, fake_rasa: FakeRasa) -> None:
    say(house, "hola")
    turn = house.inbox.take("one")
    assert lease_of(house).lease_until <= now() + timedelta(seconds=house.settings.lease_seconds)
    with house.store.begin() as tx:
        assert tx.lease(turn.conversation.id, "two", now()) is False
        tx.connection.execute(sa.update(schema.conversations).values(lease_until=now() - timedelta(seconds=1)))
        assert tx.lease(turn.conversation.id, "two", now() + timedelta(seconds=9)) is True
        assert tx.renew_lease(turn.conversation.id, "one", now() + timedelta(hours=1)) is False
        tx.release(turn.conversation.id, "one")
    assert lease_of(house).lease_owner == "two"


def test_a_lease_is_renewed_while_a_slow_turn_is_worked(
    house: House, fake_rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.inbox._leases, "_seconds", 0.4)
    fake_rasa.slow = 1.2
    say(house, "hola")

    async def race() -> list[object]:
        working = asyncio.create_task(house.inbox.answer(house.inbox.take("one")))
        stolen = []
        while not working.done():
            stolen.append(await asyncio.to_thread(house.inbox.take, "two"))
            await asyncio.sleep(0.05)
        return stolen

    assert set(run(race())) == {None}
    assert fake_rasa.processed == ["hola"] and lease_of(house).lease_owner == ""


# --- sending -------------------------------------------------------------------------------------------------------


class SlowChannel(FlakyChannel):
    """Takes its time for everybody in `slow`."""

    def __init__(self, house: House) -> None:
        super().__init__(house, [])
        self.slow, self.go = set(), asyncio.Event()

    async def send(self, address: str, part: Reply, key: str) -> str:
        if address in self.slow:
            await self.go.wait()
        self.sent.append(part.text)
        return key


def write(house: House, who: str, *texts: str, urgent: bool = False) -> None:
    with house.store.begin() as tx:
        for text in texts:
            tx.add_reply(tx.conversation_for("web", who), Reply(text), urgent=urgent)


def test_one_slow_sending_holds_back_nobody_else(house: House) -> None:
    channel = house.channels["web"] = SlowChannel(house)
    channel.slow = {"lenta"}
    write(house, "lenta", "uno", "dos")
    write(house, "ana", "a", "b")

    async def work() -> None:
        for _ in range(5):
            await house.outbox.start_due()
            await asyncio.sleep(0.05)
        assert channel.sent == ["a", "b"]
        channel.go.set()
        await house.outbox.finish()
        await house.outbox.send_due()

    run(work())
    assert channel.sent == ["a", "b", "uno", "dos"]


def test_danger_has_a_place_when_all_others_are_taken(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outbox.CONCURRENT", 3)
    channel = house.channels["web"] = SlowChannel(house)
    channel.slow = {f"lenta{number}" for number in range(9)}
    for who in sorted(channel.slow):
        write(house, who, "espera")

    async def work() -> None:
        begun = [await house.outbox.start_due() for _ in range(3)]
        assert begun == [3, 0, 0]
        await asyncio.to_thread(write, house, "ana", "911", urgent=True)
        assert await house.outbox.start_due() == 1
        await asyncio.sleep(0.1)
        assert channel.sent == ["911"]
        channel.go.set()
        await house.outbox.finish()

    run(work())


def test_what_is_being_sent_is_claimed_by_nobody_else(house: House) -> None:
    channel = house.channels["web"] = SlowChannel(house)
    channel.slow = {"lenta"}
    write(house, "lenta", "uno")

    async def work() -> None:
        await house.outbox.start_due()
        make_due(house)  # the claim has run out …
        await house.outbox.keep_claims()  # … and is renewed
        with house.store.begin() as tx:
            assert tx.claim_outbox(60, 10, "web") == []
        make_due(house)  # and if it runs out all the same, we know that it is in our own hands
        assert await house.outbox.start_due() == 0
        channel.go.set()
        await house.outbox.finish()

    run(work())
    assert channel.sent == ["uno"]


def test_what_the_provider_took_is_written_down_when_the_database_is_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = house.channels["web"] = FlakyChannel(house, [])
    write(house, "ana", "uno")
    real, failures = house.outbox._scribe._commit, [sa.exc.OperationalError("", {}, Exception())] * 2

    def stalled(notes: list) -> None:
        if failures:
            raise failures.pop()
        real(notes)

    monkeypatch.setattr("bot.scribe.STALL", 0.01)
    monkeypatch.setattr(house.outbox._scribe, "_commit", stalled)
    run(house.outbox.send_due())
    make_due(house)
    run(house.outbox.send_due())
    assert channel.sent == ["uno"] and heard(house) == ["uno"]


def test_what_cannot_be_written_down_harms_nothing_that_can(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = house.channels["web"] = FlakyChannel(house, [])
    write(house, "ana", "uno")
    write(house, "beto", "dos")
    real = house.outbox._part_sent

    def broken(tx: Tx, row: Outgoing, **about: object) -> None:
        if row.reply.text == "dos":
            raise KeyError(row.id)
        real(tx, row, **about)

    monkeypatch.setattr(house.outbox, "_part_sent", broken)
    run(house.outbox.send_due())
    assert sorted(channel.sent) == ["dos", "uno"]
    assert heard(house, "ana") == ["uno"] and heard(house, "beto") == []


def test_being_too_fast_never_gives_a_message_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outbox.MAX_ATTEMPTS", 3)
    channel = house.channels["web"] = FlakyChannel(house, [Throttled(5)] * 8)
    write(house, "ana", "uno")
    for _ in range(9):
        run(house.outbox.send_due())
        make_due(house)
    assert channel.sent == ["uno"]


# --- set aside -----------------------------------------------------------------------------------------------------


def test_what_a_bad_token_stopped_goes_out_when_it_is_retried(house: House) -> None:
    channel = house.channels["web"] = FlakyChannel(house, [Rejected("190"), Rejected("190"), Unavailable("x")])
    write(house, "ana", "uno")
    write(house, "beto", "dos")
    run(house.outbox.send_due())
    assert house.set_aside.counts() == {"inbox": {}, "outbox": {"rejected": 2}}
    (finding,) = [f for f in examine(house) if f.what.startswith("mensajes que no salieron")]
    assert not finding.well and "queue retry" in finding.cure and "token" in finding.cure
    first, _ = house.set_aside.rows()
    assert house.set_aside.retry([first["id"]]) == 1
    assert house.set_aside.retry(error="unavailable") == 0
    assert house.set_aside.retry(error="rejected") == 1
    for _ in range(3):
        run(house.outbox.send_due())
        make_due(house)
    assert sorted(channel.sent) == ["dos", "uno"] and house.set_aside.rows() == []


def test_a_turn_that_was_set_aside_can_be_tried_again(house: House, fake_rasa: FakeRasa) -> None:
    fake_rasa.lose_answers = 1000
    say(house, "hola")
    for _ in range(POISON_TRIES + 2):
        answer_all(house)
        make_due(house)
    assert house.set_aside.counts()["inbox"] == {"fallo": 1}
    fake_rasa.lose_answers = 0
    assert house.set_aside.retry() == 1
    answer_all(house)
    assert heard(house)[-1] == "Leí: hola" and fake_rasa.processed == ["hola"]


def test_only_what_was_set_aside_is_retried(house: House) -> None:
    house.inbox.accept([message("hola")])
    for id_ in ("E1", "S1", "nada"):
        with pytest.raises(RuleBroken):
            house.set_aside.retry([id_])
