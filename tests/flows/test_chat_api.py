"""The web chat's HTTP contract, and what it says to requests that are wrong."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from bot.evidence import real_kind
from bot.gateway.app import create_app
from bot.wiring import House
from tests.flows.say import answer_all

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
_ids = itertools.count()


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    with TestClient(create_app(house), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def headers(client: TestClient) -> dict[str, str]:
    made = client.post("/chat/sessions")
    assert made.status_code == 201
    return {"Authorization": f"Bearer {made.json()['token']}"}


def post(client: TestClient, headers: dict[str, str], **body: object):
    return client.post("/chat/messages", json={"client_id": f"c{next(_ids)}", **body}, headers=headers)


def test_a_message_goes_in_and_its_answer_comes_out(client: TestClient, headers: dict, house: House) -> None:
    assert post(client, headers, text="hola").status_code == 202
    before = client.get("/chat/messages?after=0", headers=headers).json()
    assert before == {"messages": [], "working": True}
    answer_all(house)
    after = client.get("/chat/messages?after=0", headers=headers).json()
    assert after["working"] is False
    (message,) = after["messages"]
    assert (message["id"], message["author"], message["text"]) == (1, "bot", "Leí: hola")
    assert message["buttons"] == [{"title": "Sí", "payload": "/afirmar"}] and message["at"]
    assert client.get("/chat/messages?after=1", headers=headers).json()["messages"] == []


def test_the_same_client_id_is_the_same_message(client: TestClient, headers: dict) -> None:
    first = client.post("/chat/messages", json={"client_id": "1", "text": "hola"}, headers=headers)
    again = client.post("/chat/messages", json={"client_id": "1", "text": "hola"}, headers=headers)
    assert first.json() == again.json() and again.status_code == 202


def test_the_same_client_id_of_two_people_is_two_messages(client: TestClient, headers: dict) -> None:
    other = {"Authorization": f"Bearer {client.post('/chat/sessions').json()['token']}"}
    ids = {
        client.post("/chat/messages", json={"client_id": "1", "text": "hola"}, headers=h).json()["id"]
        for h in (headers, other)
    }
    assert len(ids) == 2


def test_nobody_reads_another_conversation(client: TestClient, headers: dict, house: House) -> None:
    post(client, headers, text="secreto")
    answer_all(house)
    other = {"Authorization": f"Bearer {client.post('/chat/sessions').json()['token']}"}
    assert client.get("/chat/messages?after=0", headers=other).json()["messages"] == []


def test_a_file_is_kept_as_what_it_is(client: TestClient, headers: dict, house: House) -> None:
    files = {"file": ("../../etc/passwd.png", PNG, "image/png")}
    sent = client.post("/chat/messages", data={"client_id": "f", "text": "mira"}, files=files, headers=headers)
    assert sent.status_code == 202
    turns = answer_all(house)
    assert turns[0].files[0].kind == "foto" and turns[0].texts == ("mira",)
    with house.store.begin() as tx:
        (item,) = tx.loose_evidence(turns[0].conversation.id)
    assert house.room.read(item.id) == PNG
    assert not list(house.settings.data_dir.rglob("*.png"))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 50, "foto"),
        (b"\xff\xd8\xff\xe1\x00\x10Exif" + b"\x00" * 50, "foto"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 " + b"\x00" * 50, "foto"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 50, "foto"),
        (b"OggS\x00\x02" + b"\x00" * 50, "audio"),
        (b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00mp42isom" + b"\x00" * 50, "audio"),
        (b"#!AMR\n" + b"\x00" * 50, "audio"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 50, "video"),
        (b"%PDF-1.4\n" + b"\x00" * 50, "documento"),
    ],
)
def test_what_phones_make_is_kept(data: bytes, kind: str) -> None:
    assert real_kind(data, "sin nombre") == kind


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("foto.jpg", b"MZ\x90\x00" + b"\x00" * 200, 415, "tipo"),
        ("foto.png", b"", 415, "vacio"),
        ("nota.html", b"<script>alert(1)</script>", 415, "tipo"),
        ("grande.png", PNG + b"\x00" * (21 * 1024 * 1024), 413, "grande"),
    ],
)
def test_files_that_cannot_be_kept_are_refused_kindly(
    client: TestClient, headers: dict, name: str, data: bytes, status: int, code: str
) -> None:
    answer = client.post(
        "/chat/messages", data={"client_id": name}, files={"file": (name, data, "image/png")}, headers=headers
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        ({"text": ""}, "texto_vacio", 400),
        ({"text": " \u200b\x00 "}, "texto_vacio", 400),
        ({"text": "a" * 100_000}, "texto_largo", 413),
        ({"text": 7}, "peticion", 400),
        ({"button": ["x"]}, "peticion", 400),
        ({"text": "hola", "client_id": ""}, "peticion", 400),
        ({"text": "hola", "client_id": "x" * 500}, "peticion", 400),
    ],
)
def test_wrong_messages_are_refused_with_a_sentence(
    client: TestClient, headers: dict, body: dict, code: str, status: int
) -> None:
    answer = client.post("/chat/messages", json={"client_id": "1", **body}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000, b"null", b'"x"'])
def test_broken_json_is_refused(client: TestClient, headers: dict, raw: bytes) -> None:
    answer = client.post("/chat/messages", content=raw, headers={**headers, "Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "headers_", [{}, {"Authorization": "Bearer nope"}, {"Authorization": "Basic x"}, {"Authorization": "Bearer "}]
)
def test_a_wrong_token_opens_nothing(client: TestClient, headers_: dict) -> None:
    assert client.get("/chat/messages", headers=headers_).status_code == 401
    assert post(client, headers_, text="hola").status_code == 401


def test_a_button_nobody_offered_is_refused(client: TestClient, headers: dict) -> None:
    assert post(client, headers, button="/borrar_datos").status_code == 403


def test_the_welcome_buttons_work_before_anything_was_said(client: TestClient, headers: dict, house: House) -> None:
    payload = house.texts.reply("utter_bienvenida").buttons[0].payload
    assert post(client, headers, button=payload).status_code == 202


@pytest.mark.parametrize("query", ["after=x", "after=-1", "wait=nan", "wait=-3", "after=1e400"])
def test_wrong_queries_are_refused(client: TestClient, headers: dict, query: str) -> None:
    assert client.get(f"/chat/messages?{query}", headers=headers).status_code == 400


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "{{7*7}} {% raw %}",
        "'; DROP TABLE cases;--",
        "*negritas* _x_",
        "\u202eסכנה",
        "😂" * 50,
        "\ud83d",
        "a\x00b",
    ],
)
def test_any_text_is_taken_and_shown_as_text(client: TestClient, headers: dict, house: House, text: str) -> None:
    import json

    body = json.dumps({"client_id": "1", "text": text}).encode()
    assert client.post("/chat/messages", content=body, headers=headers).status_code == 202
    answer_all(house)
    answer = client.get("/chat/history", headers=headers)
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"


def test_the_history_holds_both_sides_in_order(client: TestClient, headers: dict, house: House) -> None:
    for text in ("uno", "dos"):
        post(client, headers, text=text)
        answer_all(house)
    said = [(m["author"], m["text"]) for m in client.get("/chat/history", headers=headers).json()["messages"]]
    assert said == [("user", "uno"), ("bot", "Leí: uno"), ("user", "dos"), ("bot", "Leí: dos")]


def test_the_page_is_served_with_its_guards(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200 and "Buen Trato" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "<script>" not in page.text and " onclick=" not in page.text


def test_with_the_database_gone_danger_still_gets_the_help_lines(
    client: TestClient, headers: dict, house: House, monkeypatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def gone(*_: object) -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(house.store, "begin", gone)
    answer = post(client, headers, text="me quiero morir")
    assert answer.status_code == 503 and "800 911 2000" in answer.json()["error"]["message"]
    plain = post(client, headers, text="hola")
    assert plain.status_code == 503 and "No se ha enviado" in plain.json()["error"]["message"]


def test_health_says_which_part_is_missing(client: TestClient, fake_rasa) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    fake_rasa.actions_down = True
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["parts"] == {"database": True, "rasa": True, "actions": False}


def test_metrics_are_for_this_machine_only(client: TestClient, house: House) -> None:
    assert client.get("/metrics").status_code == 404
    with TestClient(create_app(house), client=("127.0.0.1", 1)) as near:
        assert "buentrato_inbox_waiting" in near.get("/metrics").text


def test_an_unknown_channel_has_no_webhook(client: TestClient) -> None:
    assert client.post("/webhooks/fax", content=b"{}").status_code == 404
    assert client.post("/webhooks/web", content=b"{}").status_code == 403


def test_waiting_for_news_ends_when_there_is_news(client: TestClient, headers: dict, house: House) -> None:
    post(client, headers, text="hola")

    with ThreadPoolExecutor() as other:
        asking = other.submit(client.get, "/chat/messages?after=0&wait=10", headers=headers)
        answer_all(house)
    assert asking.result().json()["messages"]
