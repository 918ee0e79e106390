"""However webhooks come (in batches, twice, late, in another order), each message is one and is answered once."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.schema import inbox
from bot.wiring import House
from tests.fakes.rasa import FakeRasa
from tests.fakes.whatsapp import ANA, EVA, LUIS, Person, envelope
from tests.flows.say import answer_all
from tests.flows.test_bad_webhooks import SHARED, gateway, open_house, post  # noqa: F401  # fixtures

_runs = itertools.count(1)
PEOPLE = (ANA, EVA, LUIS)


def message(id_: str, person: Person) -> dict[str, Any]:
    who = {"from": person.phone, "from_user_id": person.bsuid}
    return {"id": f"wamid.{id_}", "timestamp": "1731081600", "type": "text", "text": {"body": id_}, **who}


@SHARED
@given(data=st.data())
def test_every_message_counts_once_whatever_the_deliveries(
    gateway: TestClient,  # noqa: F811
    open_house: House,  # noqa: F811
    fake_rasa: FakeRasa,
    data: st.DataObject,
) -> None:
    run = next(_runs)
    sent = [message(f"r{run}m{number}", person) for number, person in enumerate(PEOPLE * 2)]
    stray = data.draw(st.lists(st.sampled_from(sent), max_size=6))
    deliveries = data.draw(st.permutations([*sent, *stray]))
    while deliveries:
        size = data.draw(st.integers(1, 4))
        batch, deliveries = deliveries[:size], deliveries[size:]
        assert post(gateway, "whatsapp", envelope({"messages": batch})) == 200
    with open_house.store.read() as tx:
        kept = Counter(tx.connection.execute(sa.select(inbox.c.external_id)).scalars())
    assert {kept[part["id"]] for part in sent} == {1}


def test_each_is_answered_once_and_in_the_order_it_came(
    gateway: TestClient,  # noqa: F811
    open_house: House,  # noqa: F811
    fake_rasa: FakeRasa,
) -> None:
    orders = ([2, 0, 1], [0, 0, 3, 1], [4, 3, 4])
    came = list(dict.fromkeys(itertools.chain(*orders)))
    for order in orders:
        batch = envelope({"messages": [message(f"n{number}", ANA) for number in order]})
        assert [post(gateway, "whatsapp", batch) for _ in range(2)] == [200, 200]
    answer_all(open_house)
    assert " ".join(fake_rasa.processed).split() == [f"n{number}" for number in came]


# --- the web chat ------------------------------------------------------------------------------------------------------

WORD = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
)
BODY = WORD | st.lists(WORD, max_size=3) | st.dictionaries(st.sampled_from(["client_id", "text", "button", "x"]), WORD)


@pytest.fixture
def token(gateway: TestClient) -> dict[str, str]:  # noqa: F811
    return {"Authorization": f"Bearer {gateway.post('/chat/sessions').json()['token']}"}


@SHARED
@given(body=BODY, raw=st.binary(max_size=60))
def test_whatever_a_browser_sends_is_taken_or_refused_and_never_breaks(
    gateway: TestClient,  # noqa: F811
    token: dict[str, str],
    body: Any,
    raw: bytes,
) -> None:
    json_type = {**token, "content-type": "application/json"}
    form_type = {**token, "content-type": "multipart/form-data; boundary=x"}
    answers = [
        gateway.post("/chat/messages", json=body, headers=token),
        gateway.post("/chat/messages", content=raw, headers=json_type),
        gateway.post("/chat/messages", content=b"--x\r\n" + raw, headers=form_type),
    ]
    assert all(answer.status_code < 500 for answer in answers)


@SHARED
@given(
    after=st.text(max_size=12), wait=st.sampled_from(["", "x", "-1", "0", "nan", "1e999"]), bearer=st.text(max_size=12)
)
def test_whatever_a_browser_asks_never_breaks(
    gateway: TestClient,  # noqa: F811
    token: dict[str, str],
    after: str,
    wait: str,
    bearer: str,
) -> None:
    for headers in (token, {"Authorization": b"Bearer " + bearer.encode("utf-8", "replace")}):
        answer = gateway.get("/chat/messages", params={"after": after, "wait": wait}, headers=headers)
        assert answer.status_code in (200, 400, 401, 403)
