"""Conversaciones in the console: what is shown, what is hidden, and what nobody gets away with."""

from __future__ import annotations

import io
import re
import time
from typing import Any

import pytest
from PIL import Image
from ulid import ULID

from bot.model import FileRef
from bot.wiring import House
from tests.fakes.rasa import FakeRasa
from tests.flows.desk import Desk
from tests.flows.say import answer_all, conversation, heard, message, say

EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def photo() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "lugar secreto"
    Image.new("RGB", (60, 30), "#335577").save(out, "JPEG", exif=exif)
    return out.getvalue()


def with_file(house: House, data: bytes, name: str = "foto.jpg") -> str:
    """Somebody sends a file. Returns its id."""
    id_ = conversation(house)
    ref = FileRef(f"r{ULID()}", "", name)
    item = house.room.keep(id_, ref.ref, data, ref)
    house.inbox.accept([message("mira", files=(ref,))])
    answer_all(house)
    return item.id


def epoch(house: House) -> str:
    with house.store.read() as tx:
        return str(tx.conversation(conversation(house)).epoch)


def acts(desk: Desk, act: str, **fields: Any) -> Any:
    return desk.sends(f"/conversaciones/{conversation(desk.house)}/{act}", **fields)


def page(desk: Desk, more: str = "") -> str:
    return desk.sees(f"/conversaciones/{conversation(desk.house)}{more}")


# --- the list -------------------------------------------------------------------------------------------------------


def test_the_most_urgent_comes_first(house: House) -> None:
    for who, reason in (("ana", "pedir_humano"), ("beto", "emergencia"), ("caro", "fallo")):
        say(house, f"soy {who}", who=who)
        house.handoffs.request(conversation(house, who), reason)
    html = Desk(house, "equipo").sees("/conversaciones")
    assert [re.search(rf"soy {who}", html).start() for who in ("beto", "caro", "ana")] == sorted(
        re.search(rf"soy {who}", html).start() for who in ("beto", "caro", "ana")
    )


def test_each_view_shows_its_own(house: House) -> None:
    eva, leo = Desk(house, "equipo", "eva@ejemplo.mx"), Desk(house, "equipo", "leo@ejemplo.mx")
    say(house, "me insultaron")
    acts(eva, "tomar")
    for desk, view, seen in ((eva, "mias", True), (leo, "mias", False), (leo, "equipo", True), (leo, "espera", False)):
        assert ("me insultaron" in desk.sees(f"/conversaciones?vista={view}")) is seen, view
    assert "me insultaron" in leo.sees("/conversaciones?vista=todas")


def test_a_conversation_is_found_by_folio_and_by_its_number(house: House) -> None:
    from bot.model import Facts

    say(house, "me insultaron")
    case = house.complaints.open(conversation(house), "t1", Facts(description="x", violations=("denunciar_maltrato",)))
    desk = Desk(house, "equipo")
    for asked, seen in (
        (case.folio, True),
        (conversation(house), True),
        ("BT-222-222-2", False),
        ("5512345678", False),
    ):
        assert ("me insultaron" in desk.sees(f"/conversaciones?q={asked}")) is seen, asked


@pytest.mark.parametrize("query", ["vista=nada", "antes=ayer&vista=todas", "q=%00", "q=" + "x" * 500])
def test_a_strange_question_is_no_error(house: House, query: str) -> None:
    Desk(house, "equipo").sees(f"/conversaciones?{query}")


# --- one conversation -----------------------------------------------------------------------------------------------


def test_whatever_people_write_is_shown_as_text(house: House) -> None:
    desk = Desk(house, "equipo")
    say(house, EVIL)
    answer_all(house)
    acts(desk, "tomar")
    acts(desk, "nota", text=EVIL)
    acts(desk, "decir", text=EVIL, once=str(ULID()), epoch=epoch(house))
    with house.store.begin() as tx:
        for fact in ("place", "violation", "name"):
            tx.suggest(conversation_of(tx), fact, EVIL)
        tx.put_draft(
            conversation_of(tx),
            {
                "turn_id": "",
                "before": None,
                "now": {"facts": {"agency": EVIL}, "story": [EVIL], "name": "Ana", "violations": [EVIL]},
            },
            None,
        )
    desk.sends("/canalizaciones", origin="x", handle=EVIL, said=EVIL, agency=EVIL[:80], notes=EVIL)
    for path in ("/conversaciones", "/conversaciones?vista=todas", "/canalizaciones", "/conversaciones?q=" + EVIL):
        assert "<img src=x" not in desk.sees(path) and "<script>alert" not in desk.sees(path)
    for html in (page(desk), page(desk, "/partes"), shown(desk)):
        assert "&lt;img src=x" in html
        assert "<img src=x" not in html and "<script>alert" not in html


def conversation_of(tx: Any) -> str:
    return tx.conversation_for("web", "ana").id


def shown(desk: Desk) -> str:
    """The conversation with its personal data."""
    path = f"/conversaciones/{conversation(desk.house)}"
    answer = desk.sends("/mostrar", subject=conversation(desk.house), back=path)
    return desk.sees(answer.headers["location"])


def test_personal_data_is_hidden_until_asked_for_and_asking_is_written_down(house: House) -> None:
    say(house, "marcan del 55 1234 5678 y mi correo es ana@correo.mx, CURP PELA800101MDFRRN09")
    desk, boss = Desk(house, "equipo"), Desk(house, "supervisor")
    for html in (page(desk), desk.sees("/conversaciones?vista=todas")):
        assert not re.search(r"1234 5678|ana@correo|PELA800101", html)
    html = shown(desk)
    assert "55 1234 5678" in html and "ana@correo.mx" in html
    assert "datos mostrados" in boss.sees("/bitacora")
    token = re.search(r"mostrar=(\w+)", html)[1]
    assert "1234 5678" not in page(boss, f"?mostrar={token}"), "what one may see another may not by its address"


def test_only_the_holder_sees_a_place_to_write(house: House) -> None:
    eva, leo = Desk(house, "equipo", "eva@ejemplo.mx"), Desk(house, "equipo", "leo@ejemplo.mx")
    say(house, "hola")
    acts(eva, "tomar")
    assert 'id="say"' in page(eva) and 'id="say"' not in page(leo)
    answer = acts(leo, "decir", text="hola", once=str(ULID()), epoch=epoch(house))
    assert answer.status_code == 409 and "eva" in answer.text
    assert acts(leo, "tomar").status_code == 409


def test_an_old_tab_cannot_write_any_more(house: House) -> None:
    eva, jefa = Desk(house, "equipo", "eva@ejemplo.mx"), Desk(house, "supervisor")
    say(house, "hola")
    acts(eva, "tomar")
    old = epoch(house)
    acts(jefa, "tomar")
    answer = acts(eva, "decir", text="sigo yo", once=str(ULID()), epoch=old)
    answer_all(house)
    assert answer.status_code == 409 and "sigo yo" not in heard(house)


def test_a_message_goes_out_with_its_file_and_shows_its_tick(house: House) -> None:
    desk = Desk(house, "equipo")
    say(house, "hola")
    acts(desk, "tomar")
    once = str(ULID())
    for _ in range(2):
        acts(
            desk, "decir", text="Aquí está", once=once, epoch=epoch(house), files=[("file", ("../a/guía.png", photo()))]
        )
    answer_all(house)
    assert heard(house).count("Aquí está") == 1
    assert "gu" in page(desk) and "enviado" in page(desk)


@pytest.mark.parametrize("data", [b"MZ\x90\x00" + b"\x00" * 300, b"", b"<svg onload=alert(1)>"])
def test_a_file_that_is_none_is_refused(house: House, data: bytes) -> None:
    desk = Desk(house, "equipo")
    say(house, "hola")
    acts(desk, "tomar")
    answer = acts(desk, "decir", text="", once=str(ULID()), epoch=epoch(house), files=[("file", ("a.png", data))])
    assert answer.status_code == 415


def test_pictures_are_drawn_anew_and_originals_are_downloads(house: House) -> None:
    say(house, "hola")
    item, desk = with_file(house, photo(), '../../"; evil.html'), Desk(house, "equipo")
    path = f"/conversaciones/{conversation(house)}/prueba/{item}"
    assert desk.http.get(path).status_code == 403, "not before personal data was asked for"
    token = re.search(r"mostrar=(\w+)", shown(desk))[1]
    preview, original = desk.http.get(f"{path}?mostrar={token}"), desk.http.get(f"{path}/original")
    assert preview.headers["content-type"] == "image/jpeg" and b"lugar secreto" not in preview.content
    assert original.content == photo()
    assert re.fullmatch(r'attachment; filename="prueba-\d{8}-\w{6}\.jpg"', original.headers["content-disposition"])
    for answer in (preview, original):
        assert "sandbox" in answer.headers["content-security-policy"]
    assert "prueba descargada" in Desk(house, "supervisor").sees("/bitacora")


def test_a_file_is_not_found_in_another_conversation(house: House) -> None:
    say(house, "hola")
    say(house, "hola", who="beto")
    item, desk = with_file(house, photo()), Desk(house, "equipo")
    for where in (conversation(house, "beto"), "0" * 26, "..", "%2e%2e%2f"):
        for id_ in (item, "../../keys/secret_key", "%2e%2e%2fkeys"):
            assert desk.http.get(f"/conversaciones/{where}/prueba/{id_}/original").status_code == 404


def test_a_picture_that_is_none_is_not_opened(house: House) -> None:
    say(house, "hola")
    item, desk = with_file(house, photo()[:120]), Desk(house, "equipo")
    token = re.search(r"mostrar=(\w+)", shown(desk))[1]
    answer = desk.http.get(f"/conversaciones/{conversation(house)}/prueba/{item}?mostrar={token}")
    assert answer.status_code == 415


@pytest.mark.parametrize("id_", ["0" * 26, "nada", "' OR 1=1 --", "01ARZ3NDEKTSV4RRFFQ69G5FAV"])
def test_a_conversation_that_is_none_is_not_there(house: House, id_: str) -> None:
    desk = Desk(house, "equipo")
    assert desk.http.get(f"/conversaciones/{id_}").status_code == 404
    assert desk.sends(f"/conversaciones/{id_}/tomar").status_code == 404


def test_it_is_given_back_and_passed_on(house: House) -> None:
    eva, leo = Desk(house, "equipo", "eva@ejemplo.mx"), Desk(house, "equipo", "leo@ejemplo.mx")
    say(house, "hola")
    acts(eva, "tomar")
    assert acts(eva, "pasar", to=leo.id, epoch=epoch(house)).status_code == 303
    assert acts(leo, "devolver", how="nada", epoch=epoch(house)).status_code == 400
    assert acts(leo, "devolver", how="bot", epoch=epoch(house)).status_code == 303
    assert "tomada" in Desk(house, "supervisor").sees("/bitacora")


def test_what_the_bot_heard_is_accepted_by_who_holds_it(house: House, fake_rasa: FakeRasa) -> None:
    eva, leo = Desk(house, "equipo", "eva@ejemplo.mx"), Desk(house, "equipo", "leo@ejemplo.mx")
    fake_rasa.parses["fue Delta"] = {"entities": [{"entity": "agencia", "value": "Delta"}]}
    say(house, "hola")
    answer_all(house)
    acts(eva, "tomar")
    say(house, "fue Delta")
    answer_all(house)
    id_ = re.search(r'name="suggestion" value="(\w+)"', page(eva))[1]
    assert acts(leo, "dato", suggestion=id_, accept="1", epoch=epoch(house)).status_code == 409
    assert acts(eva, "dato", suggestion=id_, accept="1", epoch=epoch(house)).status_code == 303
    assert "El bot escuchó" not in page(eva)


def test_rights_are_offered_only_from_the_catalogue(house: House) -> None:
    say(house, "hola")
    desk = Desk(house, "equipo")
    acts(desk, "tomar")
    assert 'id="right"' not in page(desk)
    with house.store.begin() as tx:
        tx.suggest(conversation_of(tx), "violation", "denunciar_amenazas")
    assert house.catalog.right("denunciar_amenazas").says in page(desk)


def test_a_message_the_bot_did_not_understand_is_marked_and_unmarked(house: House) -> None:
    eva = Desk(house, "equipo", "eva@ejemplo.mx")
    say(house, "me traen asoleada")
    assert "El bot no entendió" not in page(eva), "the bot has not read it yet"
    (turn,) = answer_all(house)
    assert f'name="mark" value="{turn.id}"' in page(eva)
    assert acts(eva, "no_entendio", mark=turn.id).status_code == 303
    assert f'name="unmark" value="{turn.id}" aria-pressed="true"' in page(eva)
    assert reviewed(house) == [("me traen asoleada", "equipo", "eva@ejemplo.mx")]
    acts(eva, "no_entendio", unmark=turn.id)
    assert reviewed(house) == [] and 'aria-pressed="true"' not in page(eva)
    acts(eva, "no_entendio", mark=turn.id)
    assert len(reviewed(house)) == 1
    log = Desk(house, "supervisor").sees("/bitacora")
    assert log.count("marcado no entendio") == 2 and log.count("marca quitada") == 1


def test_a_mark_taken_back_leaves_what_the_model_doubted(house: House, fake_rasa: FakeRasa) -> None:
    eva, fake_rasa.confidence = Desk(house, "equipo"), 0.3
    say(house, "me traen asoleada")
    (turn,) = answer_all(house)
    acts(eva, "no_entendio", mark=turn.id)
    assert reviewed(house)[0][1] == "equipo"
    acts(eva, "no_entendio", unmark=turn.id)
    assert reviewed(house) == [("me traen asoleada", "duda", "")]


def test_only_a_message_of_this_conversation_is_marked_and_only_by_the_team(house: House) -> None:
    eva, trainer = Desk(house, "equipo"), Desk(house, "entrenador")
    say(house, "hola")
    say(house, "lo mío", who="beto")
    other = next(turn for turn in answer_all(house) if turn.texts == ("lo mío",))
    for turn in (other.id, "0" * 26, "", "' OR 1=1 --"):
        assert acts(eva, "no_entendio", mark=turn).status_code == 404
    path = f"/conversaciones/{conversation(house, 'beto')}/no_entendio"
    assert trainer.sends(path, mark=other.id).status_code == 403
    assert eva.http.post(path, data={"mark": other.id}).status_code == 403, "without its token"
    assert reviewed(house) == []


def reviewed(house: House) -> list[tuple[str, str, str]]:
    with house.store.read() as tx:
        return [(row["text"], row["reason"], row["marked_by"]) for row in tx.reviews("open", 10)]


# --- news as they happen --------------------------------------------------------------------------------------------


def test_a_change_is_noticed_within_a_second(house: House) -> None:
    """What the stream of news looks at changes with every kind of happening, and only then."""
    say(house, "hola")
    answer_all(house)
    id_ = conversation(house)

    def beats() -> tuple[str, str]:
        with house.store.read() as tx:
            return tx.pulse(), tx.pulses([id_])[id_]

    before = beats()
    assert beats() == before
    eva = Desk(house, "equipo", "eva@ejemplo.mx")
    for change in (
        lambda: say(house, "otra cosa"),
        lambda: answer_all(house),
        lambda: acts(eva, "tomar"),
        lambda: acts(eva, "nota", text="ojo"),
        lambda: acts(eva, "decir", text="hola", once=str(ULID()), epoch=epoch(house)),
        lambda: acts(eva, "devolver", how="bot", epoch=epoch(house)),
    ):
        change()
        assert beats()[1] != before[1]
        before = beats()


def test_the_stream_tells_and_ends_with_the_session(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    from bot.console import live

    monkeypatch.setattr(live, "LOOK", 0.05)
    monkeypatch.setattr(live, "HEARTBEAT", 0.4)
    say(house, "hola")
    desk = Desk(house, "equipo")
    session = house.accounts.session(desk.http.cookies["bt_sesion"])

    class Asked:
        app = desk.http.app
        state = type("State", (), {"session": session})

    async def listen() -> list[str]:
        seen: list[str] = []
        stream = live._events(Asked, conversation(house))  # type: ignore[arg-type]
        seen.append(await anext(stream))
        await asyncio.sleep(0.2)
        await asyncio.to_thread(say, house, "me insultaron")
        begun = time.monotonic()
        seen.append(await anext(stream))
        assert time.monotonic() - begun < 1 and "cambio" in seen[-1]
        await asyncio.to_thread(house.accounts.sign_out, session)
        async for chunk in stream:
            seen.append(chunk)
        return seen

    assert "fin" in asyncio.run(asyncio.wait_for(listen(), 10))[-1]
