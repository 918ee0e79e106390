"""By what means they reached the person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.reading.days import DAY
from bot.nlu.reading.found import Found

_WHO = r"(?:(?:un|una|unos|unas|dos|tres|cuatro|\d|el|la|los|las|otro|otra|otros)\s(?:\w+\s)?(?:senor\w*|muchach\w*|tip[oa]s?|cobrador\w*|gestor\w*|lic\w*|abogad\w*|hombres?|mujer\w*|joven\w*|jovencit\w*|chav\w*|gueyes|wey\w*|persona\w*|actuari\w*|notificador\w*|vato\w*|bato\w*|camioneta|moto|visitador\w*)|(?:el|la|los|las)\s(?:del?|dl|q|que)\b)"
_HOME = r"(?:mi|la|nuestra|su|mi\spropia)\s(?:casa|domicilio|puerta|trabajo|chamba|negocio|oficina|escuela|departamento|depa|local|tienda)"
#: What is only a means of collecting when somebody brought it.
_BROUGHT = r"(?:dej\w+|mand\w+|entreg\w+|lleg\w+|peg\w+|avent\w+|reparti\w+|trae\w*|traj\w+|ensen\w+|recib\w+|envi\w+|cuelg\w+|colg\w+|pas(?:o|aron)\sa\sdejar\w*)"
_RUDE = r"(?!\s(?:bien\s|muy\s|re\s|todo\s|con\s(?:pura\s?s?\s)?)?(?:fe[oa]|mal\b|golpeado|grosero|groserias|de\stu\b|en\singles|en\sla\s(?:oficina|delegacion|ventanilla)))"

_MEANS = {
    "visita": (
        rf"visit(?:a|as|o|aron|an|aban|ando|arme|arnos|ar|e|en)|personalmente|en\spersona|a\sdomicilio"
        rf"|(?:[vb]in(?:o|ieron)|[vb]iene[n]?(?!\sde\b)|[vb]enido)(?!\s(?:el\smes|en\sel|opcion|escrito))"
        rf"|lleg(?:o|aron|an|aban|a)(?=\s(?:{_WHO}|otra\svez|a\s{_HOME}|aqui))"
        rf"|(?:fue|fueron|van|va|iban|acudi(?:o|eron)|se\spresent(?:o|aron|an)|se\spar(?:o|aron|an)|se\smet(?:io|ieron|en)|entr(?:o|aron))\s(?:a|en|hasta|afuera\sde)\s(?:{_HOME}|buscar\w*|visitar\w*|gritar\w*|cobrar\w*)"
        rf"|fueron(?=\sa\s{_HOME})|se\spresent(?:o|aron)(?=\s(?:un|una|dos|tres|varios|en\smi|a\smi|sin))"
        rf"|toc(?:a|an|aron|o|ando|aban)(?:\w+)?\s(?:\w+\s)?(?:la|mi|a\sla|el|a\smi)\s(?:puerta|porton|zaguan|timbre)"
        rf"|(?<!pegado\s)(?<!papel\s)(?<!cartel\s)(?:afuera\sde\smi\s(?:casa|trabajo)|en\smi\spuerta)"
    ),
    "mensaje": (
        r"mensaj(?:e|es|ito|itos)|sms|m[en]?sa?jes?|msj?s?|mnsjs?|whats?\s?ap+s?|wh?at[sz]?(?:ap+s?|app?s?)?|what'?s|was+ap\w*|uasap\w*|guats?\w*|wsp|telegram|textos?\sal\scel\w*"
        r"|notas?\sde\svoz|(?:me|nos)\s(?:escribe[n]?|escribi(?:o|eron)|textea[n]?|textearon|estan\sescribiendo|mensajea[n]?)"
    ),
    "redes": (
        r"facebook|face|feis(?:bu[ck]\w*)?|fb|instagram|insta|tik\s?tok|messenger|inbox|redes\ssociales|(?:mis|en|por)\sredes|twitter|publicaron|grupo\sde\s(?:vecinos|face\w*)"
    ),
    "correo": r"correos?\selectronicos?|correos?|e-?mails?|mails?",
    "llamada": (
        r"video\s?llamad(?:a|as)|llamad(?:a|as|ita|itas)|yamad(?:a|as)|telefonazos?|telefonema|telefonicamente|(?:por|x|via)\s(?:el\s)?(?:tele(?:fono)?|tel|celular|cel)|buzon\sde\svoz"
        rf"|(?:me|nos|le|les)\s(?:estan?\s|siguen?\s|estuvieron\s|anda[n]?\s)?(?:llaman|llama(?!\s(?:la|el)\b)|llamaron|llamaban|yaman|yama|yamaron|marcan|marca(?!\sque)|marcaron|marcaban|timbran|timbra|h?ablan|h?abla|h?ablaron|h?ablaban|llamando|yamando|marcando|h?ablando|timbrando|telefone\w+){_RUDE}"
        rf"|(?:me|nos|le)\s(?:marco|hablo|ablo|yamo){_RUDE}|me\sllamo(?=\s(?:un|una|el|la|hoy|ayer|anoche|alguien|otra\svez|a\s(?:mi|las?)|del?\s(?:despacho|la|un|infonavit)|para|pa|varias|como\sa))"
        rf"|(?<!que\s)(?<!q\s)(?<!la\s)(?<!de\s)(?:llaman|marcan|llamaron|marcaron|yaman|yamaron|h?ablaron\sa|llamando|marcando)"
        r"|(?:volvi(?:o|eron)|vuelven?|deja[n]?|dejen|dejaron|para[n]?|pararon|acaba[n]?|acabaron|empez(?:o|aron)|empieza[n]?)\s(?:a|de)\s(?:marcar|llamar|hablar|timbrar)(?:me|nos|le|les)?"
        r"|(?:llamar|marcar|hablar|telefonear)(?:me|nos)"
    ),
    "carta": (
        r"cartas?(?!\s(?:de\s(?:no|cancelacion|liberacion|finiquito|saldo|adeudo|recomendacion|despido|instruccion|intencion)|poder|convenio))|citatorios?|notificacion(?:es)?|(?<!de\s)requerimientos?\sde\spago|volantes?|recados?|tarjeton"
    ),
}  # fmt: skip
#: Paper that is only a means of collecting when somebody brought it.
_PAPER = re.compile(
    r"\b(?:(?:un|una|unos|unas|el|la|los|las|otro|otra|puro|puros|ese|este|esa|mismo|supuesto)\s)(?:papel(?:es)?|hojas?|documentos?|oficios?|avisos?|sobres?|escrito)\b"
)
_BROUGHT_BEFORE, _BROUGHT_AFTER = (
    re.compile(rf"\b{_BROUGHT}(?:\s\S+){{0,5}}\s$"),
    re.compile(rf"(?:\s\S+){{0,3}}?\s(?:{_BROUGHT}|(?:bajo|debajo|abajo)\s|falso|dice|decia|con\ssello)\b"),
)
#: "el lunes que viene", "la que viene": not a visit but what is next.
_NEXT = re.compile(
    rf"\b(?:{DAY}|mes|semana|ano|quincena|dia|pago|recibo|credencial|cuenta|papel|hoja)\s(?:que|q)\s$|\bahi\s$"
)
_COMPILED = {name: re.compile(rf"\b(?:{pattern})\b") for name, pattern in _MEANS.items()}


def means(text: str) -> Iterator[Found]:
    """value: llamada, visita, mensaje, carta, redes or correo; in the order in which they are said."""
    found = [
        Found("canal", match.start(), match.end(), name)
        for name, pattern in _COMPILED.items()
        for match in pattern.finditer(text)
        if not (match[0].startswith(("vien", "bien")) and _NEXT.search(text[: match.start()]))
    ]
    found += [
        Found("canal", match.start(), match.end(), "carta")
        for match in _PAPER.finditer(text)
        if _BROUGHT_BEFORE.search(text[: match.start()]) or _BROUGHT_AFTER.match(text, match.end())
    ]
    yield from sorted(found, key=lambda item: item.start)
