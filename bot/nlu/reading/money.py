"""Money, as people say it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.reading.found import Found
from bot.nlu.reading.numbers import HUNDREDS, NUMBER_WORD, in_words

_PESOS = r"(?:pes(?:os?|itos|otes)|varos|baros|bolas|mxn|m\.?n\b\.?)"
_FIGURE = r"\d{1,3}(?:[,.]\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?"
_WORDS = rf"(?!y\b)(?:{NUMBER_WORD})(?:\s(?:{NUMBER_WORD})){{0,8}}"
#: Nouns that make a big number a count of something else.
_NOT_MONEY = r"(?!\s(?:de\s)?(?:ve[cs]es|llamadas|mensajes|personas|gentes?|cosas|gracias|disculpas|perdones|bendiciones|km|kilometros|familias|casas|dias|anos|meses|semanas|horas|minutos|palabras|puntos|metros|socios|lugares|rollos|vueltas|preguntas|excusas|pretextos|trabajadores))"
_AFTER_MIL = rf"(?:\s(?:(?P<hundreds>\d{{3}})\b|(?P<rest>(?!y\b)(?:{NUMBER_WORD})(?:\s(?:{NUMBER_WORD})){{0,5}})))?"
_HUNDREDS = "|".join(sorted(HUNDREDS, key=len, reverse=True))
#: What is said before a bare number when it is money, and after it.
_PAYING = (
    r"(?:\b(?:pag(?:ue|o|ar|aba|uen?|aron|amos|ando|arle|arles)|cobr(?:o|a|an|ar|aron|aba|arme|ando)|deb(?:o|ia|e|es)|adeud(?:o|aba)|"
    r"deposit(?:e|o|ar|en|ara|aron|arle|amos)|transfer(?:i|ir|ira)|pid(?:e|en|io|ieron|iendo)|[qk]u?ieren?|exig(?:e|en|io|ieron)|di(?:o|mos)?|dieron|"
    r"ofrec(?:i|io|ieron|en)|descuent(?:an|a|o)|descont(?:aron|o)|gan(?:o|aba|an)|sac(?:o|aron|aba)|rob(?:o|aron)|quit(?:o|aron|a)|cuestan?|cost(?:o|aba)|vale|salen?\s(?:en|de\sa)|(?:vend|d)(?:e|en|io|ieron)\s(?:\w+\s){0,2}en|solt(?:e|ar|ara|o)|pas(?:e|o|ar|ara|aba)|baj(?:o|aron|e)|gast(?:e|o)|doy|dan?|da|dar|dieras?|diera|sueld[oa]|saldo|mis|otros|abon(?:o|e|ar|aba)|prest(?:o|aron)|son|eran|con|por|mordida|mensualidad(?:es)?|pagos?|monto|cantidad)"
    r"(?:\s(?:le|les|me|nos|los|las|a|al|como|unos|solo|nomas|otros|hasta|de|con|que|es|era|pague|deposite|casi|mas|por)){0,4}\s)"
)
_PAID = r"(?=\s(?:(?:mensual|quincenal|semanal)(?:es)?\b|al\smes|por\s(?:mes|quincena|semana|visita|fuera|debajo)|cada\s(?:mes|quincena|semana|catorcena)|de\s(?:mordida|enganche|entrada|mensualidad|multa|gastos|honorarios|intereses|recargos)|pesos))"
_AMOUNT = re.compile(
    rf"\$\s?(?P<sign>{_FIGURE})(?:\s?(?P<sign_mil>mil|k|millon(?:es)?)\b)?(?:\s{_PESOS})?(?:\smn\b)?"
    rf"|\b(?P<half>medio)\s(?:millon|melon)\b(?:\sde\s{_PESOS})?"
    rf"|\b(?P<figure>{_FIGURE})\s?(?P<unit>mil|k|millon(?:es)?)\b{_AFTER_MIL}(?:\s(?:de\s)?{_PESOS})?{_NOT_MONEY}"
    rf"|\b(?P<pesos>{_FIGURE})\s{_PESOS}"
    rf"|(?<![\d.,/-])(?P<commas>\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,2}})?)(?![\d,/-]){_NOT_MONEY}"
    rf"|\b(?P<words>{_WORDS})\s(?:de\s)?{_PESOS}"
    rf"|\b(?P<thousands>(?!y\b)(?:(?:{NUMBER_WORD})\s){{0,4}}?(?:mil|millon(?:es)?)(?:\s(?!y\b)(?:{NUMBER_WORD})){{0,8}})\b{_NOT_MONEY}"
    rf"|{_PAYING}(?P<bare>\d{{3,6}})\b(?![:/-]|[.,]\d|\s\d|\s?%|\spor\sciento|\s(?:mil|k|millon)){_NOT_MONEY}"
    rf"|{_PAYING}(?P<hundred>(?!ciento\b(?!\s(?:{NUMBER_WORD})\b))(?:(?:{_HUNDREDS})(?:\s(?!y\b)(?:{NUMBER_WORD})){{0,5}}|mil(?!\s(?:{NUMBER_WORD})\b)))\b{_NOT_MONEY}(?!\spor\sciento)"
    rf"|\b(?P<paid>\d{{3,6}}){_PAID}"
)
_UNITS = {"mil": 1000, "k": 1000, "millon": 1_000_000, "millones": 1_000_000}
_GROUPS = ("sign", "half", "figure", "pesos", "commas", "words", "thousands", "bare", "hundred", "paid")
#: Groups that are read with what is said before them, which is not part of the amount.
_LED = ("bare", "hundred", "paid")


def amounts(text: str) -> Iterator[Found]:
    """Money in pesos. value: a plain number, "3500" or "1250.50"."""
    for match in _AMOUNT.finditer(text):
        value = _value(match)
        kind = next(name for name in _GROUPS if match[name])
        if value and not (kind == "thousands" and match["thousands"] == "mil"):
            start = match.start(kind) if kind in _LED else match.start()
            yield Found("monto", start, match.end(), f"{value:.2f}".removesuffix(".00"))


def _value(match: re.Match[str]) -> float:
    said = match.groupdict()
    if said["half"]:
        return 500_000
    if said["thousands"] and " mil " in f" {said['thousands']} ":
        thousands, _, rest = f" {said['thousands']} ".partition(" mil ")
        return max(in_words(thousands), 1) * 1000 + _after_mil(rest)
    if words := said["words"] or said["thousands"] or said["hundred"]:
        return in_words(words)
    figure = next(said[name] for name in ("sign", "figure", "pesos", "commas", "bare", "paid") if said[name])
    value = float(re.sub(r"[,.](?=\d{3}(?:\D|$))", "", figure))
    unit = said["sign_mil"] or said["unit"]
    if unit:
        value *= _UNITS[unit]
        value += int(said["hundreds"] or 0) or _after_mil(said["rest"] or "")
    return value


def _after_mil(words: str) -> int:
    """ "mil ocho" is mil ochocientos to who speaks of money."""
    value = in_words(words)
    return value * 100 if value < 10 else value
