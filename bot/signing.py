"""Ed25519 signatures over values: who has the public key can check offline that we said a thing, and when."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.errors import ConfigError


class Signer:
    """Signs with SIGNING_KEY.

    Raises:
        ConfigError: the key is not 32 bytes in base64.
    """

    def __init__(self, key: str) -> None:
        try:
            self._key = Ed25519PrivateKey.from_private_bytes(unpack(key))
        except ValueError as error:
            raise ConfigError(
                "SIGNING_KEY no es una clave Ed25519 (32 bytes en base64). Borra la variable para usar la de var/keys."
            ) from error

    @property
    def public(self) -> str:
        """The key that others check with."""
        return pack(self._key.public_key().public_bytes_raw())

    def sign(self, value: Any) -> str:
        return pack(self._key.sign(canonical(value)))


def is_signed(value: Any, signature: str, public: str) -> bool:
    """Did the owner of the key `public` sign exactly this value?"""
    try:
        Ed25519PublicKey.from_public_bytes(unpack(public)).verify(unpack(signature), canonical(value))
    except (ValueError, InvalidSignature):
        return False
    return True


def canonical(value: Any) -> bytes:
    """The one way to write a value as JSON, so that both sides sign the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def new_signing_key() -> str:
    return pack(Ed25519PrivateKey.generate().private_bytes_raw())


def pack(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unpack(text: str) -> bytes:
    """Raises ValueError when it is not base64."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
