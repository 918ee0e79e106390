"""Files that staff sends to people: sealed on disk, found by an id that nobody guesses."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from bot.evidence import real_kind
from bot.model import Attachment
from bot.store import Store, Tx


class SentFiles:
    """Keeps files below `<DATA_DIR>/sent`. link: the public address they are found under, empty on one machine."""

    def __init__(self, store: Store, folder: Path, link: str) -> None:
        self._store, self._folder, self._link = store, folder, link

    def keep(self, tx: Tx, conversation_id: str, staff_id: str, name: str, data: bytes) -> Attachment:
        """Keep a file that goes to somebody. Raises FileRefused when it is empty, too large or of no kind we send."""
        name = safe_name(name)
        kind = real_kind(data, name)
        id_ = secrets.token_urlsafe(24)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path(id_).write_bytes(tx.box(conversation_id).seal(data))
        tx.add_sent_file(id_, conversation_id, staff_id, name, kind, len(data))
        return Attachment(f"{self._link}/archivo/{id_}", name)

    def open(self, id_: str) -> tuple[str, bytes] | None:
        """Name and bytes, or None when there is no such file."""
        if not re.fullmatch(r"[\w-]{32}", id_):
            return None
        with self._store.read() as tx:
            found = tx.sent_file(id_)
            if found is None:
                return None
            return found["name"], tx.opener(found["conversation_id"]).open(self._path(id_).read_bytes())

    def open_at(self, url: str) -> bytes | None:
        """The bytes that the address of one of these leads to."""
        found = re.fullmatch(r"/archivo/([\w-]{32})", urlsplit(url).path)
        opened = self.open(found[1]) if found else None
        return opened[1] if opened else None

    def shred(self, ids: list[str]) -> None:
        for id_ in ids:
            self._path(id_).unlink(missing_ok=True)

    def _path(self, id_: str) -> Path:
        return self._folder / f"{id_}.sealed"


def safe_name(name: str) -> str:
    """The last part of a name, of letters that no file system and no header stumbles over."""
    last = re.split(r"[/\\]", name)[-1]
    kept = re.sub(r"[^\w .()-]", "_", last, flags=re.UNICODE).strip(" .")[:80]
    return kept or "archivo"
