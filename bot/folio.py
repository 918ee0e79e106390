"""The number a complaint goes by: short, sayable over the phone, and with a character that tells a slip of the pen."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from stdnum.iso7064 import mod_37_36

#: Letters and digits that are not mistaken for each other when read out in Spanish over the phone.
FOLIO_ALPHABET = "23456789ACEFHJKMNPRTWXY"
FOLIO_LENGTH = 6


@dataclass(frozen=True)
class FolioCheck:
    """folio: written our way. valid: its check character agrees, so it was not mistyped."""

    folio: str
    valid: bool


def new_folio() -> str:
    """`BT-7K3-9WM-4`: six characters and one that checks them."""
    while True:
        body = "".join(secrets.choice(FOLIO_ALPHABET) for _ in range(FOLIO_LENGTH))
        check = mod_37_36.calc_check_digit(body)
        if check in FOLIO_ALPHABET:
            return f"BT-{body[:3]}-{body[3:]}-{check}"


def read_folio(text: str) -> FolioCheck | None:
    """The first thing in `text` that looks like a folio, however it was typed, or None."""
    match = re.search(r"\bBT[\s.-]*((?:[0-9A-Z][\s.-]*){6}[0-9A-Z])\b", text.upper())
    if not match:
        return None
    body = re.sub(r"[\s.-]", "", match[1])
    return FolioCheck(f"BT-{body[:3]}-{body[3:6]}-{body[6]}", mod_37_36.is_valid(body))
