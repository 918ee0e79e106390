"""Personal data as it is shown until somebody asks for it: enough to tell one from another, not enough to use."""

from __future__ import annotations

import re

#: Phones, accounts and other long numbers, however they are spaced.
LONG_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
#: CURP and RFC.
OFFICIAL = re.compile(r"\b[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3,8}\b", re.IGNORECASE)
HIDDEN = "••••"


def masked(text: str, names: tuple[str, ...] = (), public: frozenset[str] = frozenset()) -> str:
    """A text without numbers, addresses and the given names that could lead to somebody.

    public: numbers that everybody may see, as digits.
    """
    text = OFFICIAL.sub(HIDDEN, EMAIL.sub(f"{HIDDEN}@{HIDDEN}", text))
    text = LONG_NUMBER.sub(lambda found: found[0] if digits(found[0]) in public else masked_number(found[0]), text)
    for name in names:
        for word in name.split():
            if len(word) > 2:
                text = re.sub(rf"\b{re.escape(word)}\b", f"{word[0]}{HIDDEN}", text, flags=re.IGNORECASE)
    return text


def masked_number(number: str) -> str:
    """Only its last two digits; a date is none of these numbers."""
    if ISO_DATE.fullmatch(number):
        return number
    return HIDDEN + digits(number)[-2:] if digits(number) else number and HIDDEN


LOCAL_NUMBER = 10


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def local_number(number: str) -> str:
    """The digits by which a number is known, with or without the prefix of the country."""
    return digits(number)[-LOCAL_NUMBER:]


def masked_name(name: str) -> str:
    """Initials."""
    return " ".join(f"{word[0]}{HIDDEN}" for word in name.split())
