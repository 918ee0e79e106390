"""Proofs of every kind, honest and not: kept as they came and never opened, or refused, said once and counted."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import datetime, timezone
from itertools import count
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from bot.channels.web import WebChannel
from bot.errors import FileRefused, Rejected, Unavailable
from bot.evidence import MAX_BYTES
from bot.gateway.app import create_app
from bot.model import Evidence, FileRef, Inbound
from bot.wiring import House
from tests.flows.say import answer_all, heard
from tests.rules.test_images import bomb, paper, saved

_numbers = count(1)
PDF, OGG = b"%PDF-1.4 carta", b"OggS\x00\x02" + bytes(50)
SCRIPT = b"<script>fetch('//x')</script><?php system($_GET[0]); ?>"


class Late:
    """Bytes that come only after so many tries."""

    def __init__(self, tries: int, data: bytes) -> None:
        self._tries, self._data = tries, data

    def fetched(self) -> bytes:
        self._tries -= 1
        if self._tries >= 0:
            raise Unavailable("down")
        return self._data


class Post(WebChannel):
    """Brings what a test sent."""

    def __init__(self) -> None:
        self.bytes: dict[str, bytes | Late | Exception] = {}

    async def fetch(self, file: FileRef) -> bytes:
        found = self.bytes[file.ref]
        if isinstance(found, Late):
            return found.fetched()
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def post(house: House) -> Post:
    house.channels["web"] = made = Post()
    return made


def send(house: House, post: Post, *files: bytes | Late | Exception, name: str = "foto.jpg", text: str = "") -> None:
    """One message for each file, and one turn of them all."""
    for data in files:
        ref = f"f{next(_numbers)}"
        post.bytes[ref] = data
        file = FileRef(ref, "foto", name, "image/jpeg", 10)
        at = datetime.now(timezone.utc)
        house.inbox.accept([Inbound("web", ref, "ana", "file", at, text=text, files=(file,))])
    answer_all(house)


def kept(house: House) -> list[Evidence]:
    with house.store.read() as tx:
        return tx.loose_evidence(tx.conversation_for("web", "ana").id)


def metrics(house: House) -> str:
    return TestClient(create_app(house), client=("127.0.0.1", 1)).get("/metrics").text


def test_a_proof_is_its_bytes_its_hash_and_when_it_came(house: House, post: Post) -> None:
    before = datetime.now(timezone.utc)
    photo = saved(paper())
    send(house, post, photo)
    (item,) = kept(house)
    assert (item.kind, item.bytes, item.sha256) == ("foto", len(photo), hashlib.sha256(photo).hexdigest())
    assert before <= item.received_at <= datetime.now(timezone.utc)
    assert house.room.read(item.id) == photo
    (on_disk,) = house.settings.data_dir.rglob("*.sealed")
    assert photo[:64] not in on_disk.read_bytes()


def test_what_a_file_is_comes_from_its_bytes_and_not_from_what_it_says(house: House, post: Post) -> None:
    send(house, post, PDF, OGG, saved(paper(), "PNG"), name="contrato.docx")
    assert [item.kind for item in kept(house)] == ["documento", "audio", "foto"]


def exif_script() -> bytes:
    exif = Image.Exif()
    exif[270] = SCRIPT.decode()
    return saved(paper(), exif=exif)


def zip_bomb(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr(name, bytes(30 * 2**20))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [exif_script(), saved(paper()) + SCRIPT, bomb(6000), zip_bomb("word/document.xml")],
    ids=["script in EXIF", "script after the picture", "picture bomb", "zip bomb"],
)
def test_what_it_hides_or_would_unfold_into_stays_closed(house: House, post: Post, data: bytes) -> None:
    send(house, post, data, name="a.docx")
    (item,) = kept(house)
    assert house.room.read(item.id) == data


@pytest.mark.parametrize(
    "data",
    [
        b"MZ" + bytes(300),
        SCRIPT,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        zip_bomb("a.exe"),
        b"\x7fELF",
    ],
    ids=["exe", "html", "svg", "zip", "elf"],
)
def test_what_is_no_proof_is_refused_kindly_and_counted(house: House, post: Post, data: bytes, fake_rasa) -> None:
    send(house, post, data, name="foto.jpg")
    assert kept(house) == []
    assert "no es una foto, audio, video ni documento" in heard(house)[0]
    assert fake_rasa.asked == []
    assert 'buentrato_files_refused{reason="tipo"} 1.0' in metrics(house)


def test_several_reasons_are_said_once_each(house: House, post: Post, fake_rasa) -> None:
    grande = FileRefused("grande")
    send(house, post, saved(paper()), grande, b"", grande, grande, text="todo esto")
    assert heard(house)[0].startswith("3 archivos pesan más de 20 MB")
    assert heard(house)[1].startswith("Ese archivo llegó vacío")
    assert len(fake_rasa.asked) == 1 and len(kept(house)) == 1
    assert 'buentrato_files_refused{reason="grande"} 3.0' in metrics(house)


def test_exactly_the_limit_is_kept(house: House, post: Post) -> None:
    send(house, post, PDF + bytes(MAX_BYTES - len(PDF)))
    assert [item.bytes for item in kept(house)] == [MAX_BYTES]


@pytest.mark.parametrize("name", ["../../../tmp/x.sealed", "/etc/passwd", "\x00", "..", "a" * 5000, "\u202egpj.exe"])
def test_a_name_never_leads_anywhere(house: House, post: Post, name: str, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if path.suffix == ".sealed"}
    send(house, post, PDF, name=name)
    (item,) = kept(house)
    assert "/" not in item.name and "\u202e" not in item.name and len(item.name) <= 120
    new = {path for path in tmp_path.rglob("*") if path.suffix == ".sealed"} - before
    assert [path.stem for path in new] == [item.id]


def test_a_photo_that_cannot_be_made_out_is_kept_and_said(house: House, post: Post, fake_rasa) -> None:
    send(house, post, saved(Image.new("L", (800, 600), 90)), saved(paper((90, 67)), "PNG"), saved(paper()))
    (turn,) = fake_rasa.asked
    assert [item["flaw"] for item in turn["metadata"]["evidence"]] == ["borrosa", "chica", ""]
    assert len(kept(house)) == 3


def test_a_turn_that_is_tried_again_says_the_same_of_its_photos(house: House, post: Post, fake_rasa) -> None:
    fake_rasa.lose_answers = 1
    send(house, post, saved(Image.new("L", (800, 600), 90)))
    with house.store.begin() as tx:
        waiting = tx.waiting_rows(tx.conversation_for("web", "ana").id)
        tx.postpone(tuple(row["id"] for row in waiting), datetime.now(timezone.utc), blameless=False)
    answer_all(house)
    assert [turn["metadata"]["evidence"][0]["flaw"] for turn in fake_rasa.asked] == ["borrosa", "borrosa"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.inbox.DOWNLOAD_TRIES", 1)
    monkeypatch.setattr("bot.inbox.DOWNLOAD_PAUSE", 0.0)
    monkeypatch.setattr("bot.inbox.WAITS", (0.0,))


def test_a_file_that_cannot_be_fetched_now_is_waited_for(house: House, post: Post, quick: None, fake_rasa) -> None:
    send(house, post, Late(2, OGG))
    assert [item.kind for item in kept(house)] == ["audio"]
    assert ["mandas otra vez" in text for text in heard(house)] == [False, False]
    assert len(fake_rasa.asked) == 1


def test_a_file_that_never_comes_is_asked_for_again(house: House, post: Post, quick: None, fake_rasa) -> None:
    send(house, post, Late(100, OGG))
    assert kept(house) == [] and fake_rasa.asked == []
    assert "¿Me lo mandas otra vez" in heard(house)[-1]


def test_a_file_that_is_gone_is_asked_for_at_once(house: House, post: Post, quick: None) -> None:
    send(house, post, Rejected("gone"))
    assert "¿Me lo mandas otra vez" in heard(house)[0]
