"""How often, as people say it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.folding import fold
from bot.nlu.reading.days import DAY
from bot.nlu.reading.found import Found
from bot.nlu.reading.numbers import NUMBER

_N = rf"(?:\d{{1,3}}|{NUMBER})"
_TIMES = r"(?:ve[cs]es|vezes|[vb]eses|llamad(?:as|itas)|yamadas|mensajes|msjs?|whats(?:apps)?|visitas)"
_A_DAY = r"(?:\s(?:diari[oa]s|(?:al|a\sla|por|x|cada|en\sel|en\sun|en\suna?|en)\s?(?:solo\s|mismo\s)?(?:dia|semana|hora|mes|noche|manana|tarde|media\shora|rato)))?"
_PARTS = "noches|mananas|tardes|madrugadas"
_OFTEN = re.compile(
    rf"\b(?:(?:(?:como|mas\sde|hasta|asta|unas|unos|casi|minimo|cerca\sde)\s){{0,3}}{_N}(?:(?:\s(?:a|o|y|u)\s|,\s?){_N}){{0,2}}\s{_TIMES}{_A_DAY}"
    rf"|(?:1|una)\svez\s(?:al|a\sla|por|x|cada|nadamas|nomas|nada\smas|sola)(?:\s(?:dia|semana|mes|hora))?"
    rf"|(?:varias|muchas|muchisimas|bastantes|tantas|mil|miles\sde|un\schingo\sde|un\smonton\sde|un\schorro\sde)\s{_TIMES}{_A_DAY}"
    rf"|(?:casi\s)?(?:a\s)?diario|diariamente|dia\s(?:con|tras|a)\sdia|dia\ssi\s(?:y\s)?dia\s(?:no|tambien)"
    rf"|(?:casi\s)?to?d[oa]s?\s(?:los|las)\s(?:santos\s)?(?:dias|semanas|horas|meses|{_PARTS}|{DAY})"
    rf"|(?:por|en)\slas\s(?:{_PARTS})"
    rf"|to?do\sel\s(?:santo\s)?dia|toda\sla\s(?:noche|tarde|manana|madrugada)|todo\sel\s(?:tiempo|rato)"
    rf"|a\scada\sra(?:to|tito)|cada\sra(?:to|tito)|a\s?to?da?s?\s?h?oras?|dia\sy\snoche|manana,?\starde\sy\snoche|manana\sy\s(?:tarde|noche)|sin\sparar|no\sparan"
    rf"|cada\s(?:{_N}\s)?(?:noche|manana|tarde|madrugada|minutos?|horas?|dias?|semanas?|meses|mes|media\shora|tercer\sdia|quincena|fin\sde\s(?:mes|semana)|{DAY})"
    rf"|los\s(?:{DAY})(?:(?:,\s|\sy\s)(?:los\s)?(?:{DAY})){{0,5}}|(?:de\s)?(?:{DAY})\sa\s(?:{DAY})"
    rf"|(?<!el\s)(?:{DAY})(?:,?\s(?:{DAY})){{0,5}}\sy\s(?:{DAY})"
    rf"|entre\ssemana|(?:muy\s|bien\s|tan\s)?seguid(?:o|ito)|a\sdeshoras?|a\scualquier\shora|a\sla\shora\sque\s(?:sea|quieren)|constantemente|frecuentemente)\b"
)


def frequencies(text: str) -> Iterator[Found]:
    """value: as said, with chat spelling written out."""
    for match in _OFTEN.finditer(text):
        yield Found("frecuencia", match.start(), match.end(), fold(match[0]))
