"""Files kept as proof: original bytes, encrypted, with their hash and real type. Names are never paths."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import filetype
from ulid import ULID

from bot import images
from bot.errors import FileRefused
from bot.model import Evidence, FileRef
from bot.store import Store
from bot.store.base import now

#: The most that any channel can bring (Telegram's own limit for bots, in bytes).
MAX_BYTES = 20 * 1024 * 1024

MAX_NAME = 120

KINDS = {
    "foto": {"jpg", "png", "webp", "gif", "heic", "avif", "bmp", "tif"},
    "audio": {"mp3", "ogg", "m4a", "aac", "wav", "amr", "flac"},
    "video": {"mp4", "m4v", "mov", "3gp", "webm", "mkv", "avi", "mpg"},
    "documento": {"pdf", "doc", "docx", "odt", "xls", "xlsx", "rtf"},
}


class EvidenceRoom:
    """Keeps files below `<DATA_DIR>/evidence`."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store, self._folder = store, folder

    def keep(self, conversation_id: str, source: str, data: bytes, file: FileRef) -> Evidence:
        """Keep a file once. The same `source` (the channel's id of it) again gives what was kept the first time.

        Raises:
            FileRefused: empty, too large, or not something that can be shown as proof.
        """
        kind = real_kind(data, file.name)
        with self._store.begin() as tx:
            known = tx.evidence_from(conversation_id, source)
            if known:
                return known
            digest = hashlib.sha256(data).hexdigest()
            item = Evidence(str(ULID()), digest, kind, len(data), safe_name(file.name), now())
            path = self._path(item.id)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(tx.box(conversation_id).seal(data))
            tx.add_evidence(conversation_id, source, item)
            return item

    def read(self, id_: str) -> bytes:
        """The original bytes."""
        sealed = self._path(id_).read_bytes()
        with self._store.begin() as tx:
            return tx.evidence_box(id_).open(sealed)

    def looked_at(self, item: Evidence) -> Evidence:
        """The same with what is wrong with it, if it is a photo that cannot be made out."""
        return replace(item, flaw=images.flaw(self.read(item.id))) if item.kind == "foto" else item

    def shred(self, ids: list[str]) -> None:
        for id_ in ids:
            self._path(id_).unlink(missing_ok=True)

    def _path(self, id_: str) -> Path:
        return self._folder / id_[:6] / f"{id_}.sealed"


def safe_name(name: str) -> str:
    """A file's name as it may be shown and offered for saving: no folders, nothing that cannot be seen or turns letters
    around, and its ending when it is long."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip(" .")
    if len(shown) <= MAX_NAME:
        return shown
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[: MAX_NAME - len(ending) - 1]}{dot}{ending}" if dot and len(ending) <= 8 else shown[:MAX_NAME]


def real_kind(data: bytes, name: str) -> str:
    """foto, audio, video or documento, from the bytes themselves; plain text counts as a documento.

    Raises FileRefused with code `vacio`, `grande` or `tipo`.
    """
    if not data:
        raise FileRefused("vacio")
    if len(data) > MAX_BYTES:
        raise FileRefused("grande")
    found = filetype.audio_match(data) or filetype.guess(data)  # an m4a would else pass for a video
    for kind, known in KINDS.items():
        if found and found.extension in known:
            return kind
    if name.lower().endswith((".txt", ".csv")) and _is_text(data):
        return "documento"
    raise FileRefused("tipo")


def _is_text(data: bytes) -> bool:
    try:
        return "\x00" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False
