"""Redact, pseudonym, encrypt, and how long each thing is kept."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import ConfigError

#: How long each thing is kept. Drafts and transcripts go; a filed complaint stays for a year after it is closed, unless
#: the person has it erased before.
RETENTION = {
    "draft_without_consent": timedelta(days=1),
    "draft": timedelta(days=30),
    "messages": timedelta(days=180),
    "review": timedelta(days=90),
    "closed_case": timedelta(days=365),
}

#: What complaints of fewer people have in common is not shown: it would tell of one of them.
LEAST_PEOPLE = 3


class Vault:
    """Encrypts what people say before it touches a disk. The first key writes; all of them read.

    Raises:
        ConfigError: a key is not a Fernet key.
    """

    def __init__(self, keys: Iterable[str], secret: str) -> None:
        self._keys = tuple(keys)
        try:
            self._fernet = MultiFernet([Fernet(key.encode()) for key in self._keys])
        except ValueError as error:
            raise ConfigError(
                "ENCRYPTION_KEYS no son claves válidas. Borra la variable para usar las de var/keys, "
                "o genera una con: uv run buentrato key"
            ) from error
        self._secret = secret.encode()

    def box(self, sealed_key: str) -> Vault:
        """A vault that writes with a key of its own (`new_box_key`): without it, nobody opens what was put in."""
        return Vault((self.open(sealed_key.encode()).decode(), *self._keys), self._secret.decode())

    def new_box_key(self) -> str:
        """A key for one box, sealed by ours."""
        return self.seal(new_encryption_key().encode()).decode()

    def seal(self, data: bytes) -> bytes:
        return self._fernet.encrypt(data)

    def open(self, token: bytes) -> bytes:
        """Raises ConfigError when none of the keys opens it."""
        try:
            return self._fernet.decrypt(token)
        except InvalidToken as error:
            raise ConfigError(
                "Hay datos cifrados con otra clave. Agrega la clave anterior a ENCRYPTION_KEYS, separada por coma."
            ) from error

    def seal_json(self, value: Any) -> str:
        return self.seal(json.dumps(value, ensure_ascii=False).encode()).decode()

    def open_json(self, token: str) -> Any:
        return json.loads(self.open(token.encode()))

    def pseudonym(self, *parts: str) -> str:
        """The same parts always give the same opaque key, and nobody without the secret can go back."""
        return hmac.new(self._secret, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def new_encryption_key() -> str:
    return Fernet.generate_key().decode()


def kept_key(path: Path, make: Callable[[], str]) -> str:
    """The key in `path`, made on first use with mode 600. Two processes starting at once get the same one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its key is the key
        finally:
            draft.unlink()
    return path.read_text().strip()
