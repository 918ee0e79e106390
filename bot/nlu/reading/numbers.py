"""Phones, amounts, folios, and numbers said in words."""

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
}  # fmt: skip
TENS = {"treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90}
HUNDREDS = {
    "cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300, "cuatrocientos": 400, "quinientos": 500,
    "seiscientos": 600, "setecientos": 700, "ochocientos": 800, "novecientos": 900,
}  # fmt: skip
SMALL = {**UNITS, **TENS, **HUNDREDS}
NUMBER_WORD = "|".join(sorted([*SMALL, "mil", "millon", "millones", "y"], key=len, reverse=True))

_DIGITS = re.compile(r"(?<![\w$])\+?\(?\d(?:[\s().-]{0,3}\d){6,13}(?![\w])")
_SAID_DIGITS = re.compile(rf"\b(?:(?:{NUMBER_WORD}|\d{{1,4}})[\s,.-]+){{4,12}}(?:{NUMBER_WORD}|\d{{1,4}})\b")
_MONEY_WORD = r"(?:pesos?|pesotes|varos|mxn|m\.n\.|baros|bolas|lana)"
_FIGURE = r"\d{1,3}(?:[,.]\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?"
_AMOUNT = re.compile(
    rf"\$\s?(?P<sign>{_FIGURE})(?P<sign_mil>\s?(?:mil|k)\b)?(?:\s{_MONEY_WORD})?"
    rf"|\b(?P<figure>{_FIGURE})(?P<mil>\s?(?:mil|k)\b(?:\s(?P<rest>(?:{NUMBER_WORD})(?:\s(?:{NUMBER_WORD}))*))?)?\s{_MONEY_WORD}"
    rf"|\b(?P<bare>\d{{1,3}})\smil(?:\s(?P<bare_rest>(?:{NUMBER_WORD})(?:\s(?:{NUMBER_WORD}))*))?\b"
    rf"|\b(?P<words>(?:{NUMBER_WORD})(?:\s(?:{NUMBER_WORD}))*)\s{_MONEY_WORD}"
    rf"|\b(?P<thousands>(?:(?:{NUMBER_WORD})\s)*mil(?:\s(?:{NUMBER_WORD}))*)\b"
)


def phones(text: str) -> Iterator[Found]:
    """Mexican numbers in any spacing, also dictated. value: ten digits, without country code."""
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if number := _national(digits):
            yield Found("telefono", match.start(), match.end(), number)
    for match in _SAID_DIGITS.finditer(text):
        digits = _dictated(match[0])
        if number := _national(digits):
            yield Found("telefono", match.start(), match.end(), number)


def _national(digits: str) -> str:
    """Ten digits, or empty when this cannot be a Mexican number."""
    for prefix in ("521", "52", "044", "045", "01"):
        if len(digits) == 10 + len(prefix) and digits.startswith(prefix):
            digits = digits[len(prefix) :]
    if len(digits) != 10 or digits.startswith("0"):
        return ""
    return digits if phonenumbers.is_possible_number(phonenumbers.parse(digits, "MX")) else ""


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


def amounts(text: str) -> Iterator[Found]:
    """Money in pesos. value: a plain number, "3500" or "1250.50"."""
    for match in _AMOUNT.finditer(text):
        value = _amount(match)
        if (value and value != "1000") or ("mil" in match[0].split()[:1] and match["thousands"] != "mil"):
            yield Found("monto", match.start(), match.end(), value)


def _amount(match: re.Match[str]) -> str:
    groups = match.groupdict()
    figure = groups["sign"] or groups["figure"] or groups["bare"]
    if figure is None:
        return str(in_words(groups["words"] or groups["thousands"]))
    number = float(re.sub(r"[,.](?=\d{3}(?:\D|$))", "", figure))
    if groups["sign_mil"] or groups["mil"] or groups["bare"]:
        number = number * 1000 + in_words(groups["rest"] or groups["bare_rest"] or "")
    return f"{number:.2f}".removesuffix(".00")


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


def folios(text: str) -> Iterator[Found]:
    """Our own folios, also mistyped ones. value: written our way."""
    for match in re.finditer(rf"\bbt(?:[\s.-]*[0-9a-z]){{{FOLIO_LENGTH + 1}}}\b", text):
        if read := read_folio(match[0]):
            yield Found("folio", match.start(), match.end(), read.folio)
