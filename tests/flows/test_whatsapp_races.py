"""Things of one person that happen at the same instant in two processes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from sqlalchemy import select, update

from bot.model import Delivery, Inbound, Outgoing, Reply
from bot.schema import conversations, outbox
from bot.wiring import House

ROUNDS = 15


def at_once(*calls: Callable[[], object]) -> None:
    start = threading.Barrier(len(calls))
    errors: list[BaseException] = []

    def run(call: Callable[[], object]) -> None:
        start.wait()
        try:
            call()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def text(id_: str, user: str, also: tuple[str, ...] = ()) -> Inbound:
    return Inbound("whatsapp", id_, user, "text", datetime.now(timezone.utc), text="hola", also=also)


def claimed(house: House, user: str) -> Outgoing:
    """A message to the person that a sender has in its hands."""
    with house.store.begin() as tx:
        tx.add_reply(tx.conversation_for("whatsapp", user), Reply("uno"))
        [row] = tx.claim_outbox(60, 50, "whatsapp")
    return row


def status_of(house: House, row: Outgoing) -> str:
    with house.store.begin() as tx:
        return tx.connection.execute(select(outbox.c.status).where(outbox.c.id == row.id)).scalar_one()


def test_first_messages_under_every_id_are_one_person(house: House) -> None:
    for n in range(ROUNDS):
        bsuid, new, old = f"MX.{n}", f"52{n:010d}", f"521{n:010d}"
        forms = [(bsuid, (new, old)), (new, (old,)), (old, (new,))] * 2
        messages = [text(f"{n}.{i}", user, also) for i, (user, also) in enumerate(forms)]
        at_once(*(lambda m=message: house.inbox.accept([m]) for message in messages))
    with house.store.begin() as tx:
        assert len(tx.connection.execute(select(conversations)).all()) == ROUNDS


def test_a_failure_is_noticed_while_the_sending_ends(house: House) -> None:
    for n in range(ROUNDS):
        row, id_ = claimed(house, "MX.1"), f"wamid.{n}"

        def ends(row: Outgoing = row, id_: str = id_) -> None:
            with house.store.begin() as tx:
                house.outbox._part_sent(tx, row, 1, id_, reports=True, is_last=True)

        at_once(ends, lambda id_=id_: house.outbox.note(Delivery("whatsapp", id_, "failed", "131014")))
        assert status_of(house, row) == "failed"


def test_what_is_held_while_they_write_goes(house: House) -> None:
    yesterday = datetime.now(timezone.utc) - timedelta(hours=25)
    for n in range(ROUNDS):
        with house.store.begin() as tx:
            tx.conversation_for("whatsapp", "MX.1")
            tx.connection.execute(update(conversations).values(last_inbound_at=yesterday, invited_at=None))
        row = claimed(house, "MX.1")

        def hold(row: Outgoing = row) -> None:
            with house.store.begin() as tx:
                house.outbox._hold(tx, row, 0)

        at_once(
            hold,
            lambda n=n: house.inbox.accept([text(f"wamid.{n}", "MX.1")]),
        )
        assert status_of(house, row) == "waiting"
        with house.store.begin() as tx:
            tx.connection.execute(update(outbox).values(status="sent"))
