"""Numbers said in words, phones and folios."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from bot.folio import FOLIO_LENGTH, read_folio
from bot.nlu.reading.found import Found

UNITS = {
    "cero": 0, "un": 1, "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
    "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15,
    "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20, "veintiun": 21,
    "veintiuno": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26,
    "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
    "sinco": 5, "seiz": 6, "nuebe": 9, "dies": 10, "onse": 11, "dose": 12, "trese": 13, "catorse": 14, "kinse": 15, "beinte": 20,
}  # fmt: skip
TENS = {"treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90}
HUNDREDS = {
    "cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300, "cuatrocientos": 400, "quinientos": 500,
    "seiscientos": 600, "setecientos": 700, "ochocientos": 800, "novecientos": 900,
}  # fmt: skip
SMALL = {**UNITS, **TENS, **HUNDREDS}
_BY_LENGTH = sorted(SMALL, key=len, reverse=True)
#: One number below a thousand, in words.
NUMBER = rf"(?:(?:{'|'.join(TENS)})\sy\s(?:{'|'.join(list(UNITS)[1:12])})|{'|'.join(_BY_LENGTH)})"
#: A word of a number of any size.
NUMBER_WORD = "|".join([*_BY_LENGTH, "millones", "millon", "mil", "y"])

_DIGITS = re.compile(r"(?<![\w$])\+?\(?\d(?:[\s().-]{0,3}\d){6,13}(?![\w])")
_SAID_DIGITS = re.compile(rf"\b(?:(?:{NUMBER_WORD}|\d{{1,4}})[\s,.-]+){{4,12}}(?:{NUMBER_WORD}|\d{{1,4}})\b")
#: Ten digits that are said to be something else.
_OTHER_NUMBER = re.compile(
    r"\b(?:credito|cuenta|clabe|tarjeta|nss|imss|seguro|contrato|curp|expediente|cedula)\b[^.;\d]{0,15}$"
)


def number(text: str) -> int:
    """A number below a thousand in figures or words; "primero" is 1."""
    return int(text) if text.isdigit() else in_words(text) or 1


def in_words(text: str) -> int:
    """ "tres mil quinientos" → 3500. Words that are not numbers count nothing."""
    total = part = 0
    for word in text.split():
        if word == "mil":
            total, part = total + max(part, 1) * 1000, 0
        elif word in ("millon", "millones"):
            total, part = (total + max(part, 1)) * 1_000_000, 0
        else:
            part += SMALL.get(word, 0)
    return total + part


def phones(text: str) -> Iterator[Found]:
    """Mexican numbers in any spacing, also dictated. value: ten digits, without country code."""
    for pattern, digits_of in ((_DIGITS, _figures), (_SAID_DIGITS, _dictated)):
        for match in pattern.finditer(text):
            found = _national(digits_of(match[0]))
            if found and not _OTHER_NUMBER.search(text[: match.start()]):
                yield Found("telefono", match.start(), match.end(), found)


def _national(digits: str) -> str:
    """Ten digits, or empty when this cannot be a Mexican number."""
    for prefix in ("521", "52", "044", "045", "01"):
        if len(digits) == 10 + len(prefix) and digits.startswith(prefix):
            digits = digits[len(prefix) :]
    if len(digits) != 10 or digits.startswith("0"):
        return ""
    return digits if phonenumbers.is_possible_number(phonenumbers.parse(digits, "MX")) else ""


def _figures(text: str) -> str:
    return re.sub(r"\D", "", text)


def _dictated(text: str) -> str:
    """ "cinco cinco treinta y dos" → "5532"."""
    digits, words = "", [word for word in re.split(r"[\s,.-]+", text) if word]
    for index, word in enumerate(words):
        if word.isdigit():
            digits += word
        elif word in TENS and words[index + 1 : index + 2] == ["y"]:
            digits += str(TENS[word])[0]
        elif word in UNITS or word in TENS:
            digits += str(SMALL[word])
    return digits


def folios(text: str) -> Iterator[Found]:
    """Our own folios, also mistyped ones. value: written our way."""
    for match in re.finditer(rf"\bbt(?:[\s.-]*[0-9a-z]){{{FOLIO_LENGTH + 1}}}\b", text):
        if read := read_folio(match[0]):
            yield Found("folio", match.start(), match.end(), read.folio)
