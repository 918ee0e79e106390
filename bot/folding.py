"""The one way this house reads Spanish as people type it. It never changes what is kept or shown."""

from __future__ import annotations

import re
import unicodedata

#: Whole words of chat spelling → what they stand for. Only those that stand for one thing.
CHAT_WORDS = {
    "q": "que", "m": "me", "kebrando": "quebrando", "kebraron": "quebraron", "kema": "quema", "keman": "queman", "k": "que", "ke": "que", "qe": "que", "kien": "quien", "kiero": "quiero", "kieren": "quieren",
    "xq": "porque", "pq": "porque", "porq": "porque", "xk": "porque", "pk": "porque", "xke": "porque",
    "x": "por", "xfa": "por favor", "xfavor": "por favor", "porfa": "por favor", "porfis": "por favor",
    "pa": "para", "pal": "para el", "d": "de", "dl": "del", "tmb": "tambien", "tb": "tambien", "tmbn": "tambien",
    "toy": "estoy", "toi": "estoy", "ta": "esta", "tan": "estan", "tas": "estas", "bn": "bien", "msj": "mensaje",
    "msjs": "mensajes", "mjs": "mensaje", "mnsj": "mensaje", "wats": "whatsapp", "whats": "whatsapp", "wasap": "whatsapp",
    "watsap": "whatsapp", "wsp": "whatsapp", "guats": "whatsapp", "face": "facebook", "tel": "telefono",
    "cel": "celular", "num": "numero", "dnd": "donde", "cdo": "cuando", "cnd": "cuando", "mñn": "manana",
    "ntp": "no te preocupes", "nms": "no manches", "ps": "pues", "pos": "pues", "pz": "pues", "tdo": "todo",
    "tda": "toda", "tdos": "todos", "tdas": "todas", "asta": "hasta", "ablan": "hablan", "ablar": "hablar",
    "ablando": "hablando", "ablo": "hablo", "able": "hable", "aser": "hacer", "acer": "hacer", "asen": "hacen",
    "acen": "hacen", "ase": "hace", "ise": "hice", "isieron": "hicieron", "hisieron": "hicieron", "desir": "decir",
    "disen": "dicen", "dise": "dice", "ami": "a mi", "aver": "a ver", "alado": "al lado",
    "ora": "hora", "oras": "horas", "oy": "hoy", "aorita": "ahorita",
    "orita": "ahorita", "aora": "ahora", "vecez": "veces", "veses": "veces", "boy": "voy",
    "ban": "van", "ba": "va", "bienen": "vienen", "biene": "viene", "binieron": "vinieron", "amenasan": "amenazan",
    "amenasaron": "amenazaron", "amenasando": "amenazando", "amenasas": "amenazas",
    "kasa": "casa", "caza": "casa", "deven": "deben", "devo": "debo",
    "deve": "debe", "yaman": "llaman", "yamando": "llamando", "yamadas": "llamadas",
    "yama": "llama", "kiere": "quiere", "aki": "aqui", "ai": "ahi",
    "enserio": "en serio", "sierto": "cierto", "infonabit": "infonavit", "imfonavit": "infonavit",
    "ynfonavit": "infonavit", "infonavid": "infonavit", "infonabi": "infonavit", "simon": "si", "sip": "si",
    "sipi": "si", "nop": "no", "nel": "no", "oc": "ok", "vdd": "verdad",
    "tng": "tengo", "tngo": "tengo", "mnda": "manda", "cmo": "como", "stoy": "estoy", "sta": "esta", "stan": "estan",
    "hablavan": "hablaban", "iva": "iba", "ivan": "iban", "estava": "estaba", "estavan": "estaban", "aya": "haya",
    "aiga": "haya", "kitar": "quitar", "kitarme": "quitarme", "sino": "si no",
}  # fmt: skip

#: What a message of nothing but signs says. Any other sign says only that it is one.
SIGNS = {
    "👍": "si",
    "👌": "si",
    "✅": "si",
    "👎": "no",
    "❌": "no",
    "🤷": "no se",
    "🙏": "gracias",
    "🤐": "mejor no digo",
}

#: Three of a letter anywhere, or two at the end of a word: no Spanish word has them. Digits are left alone.
_REPEATED = re.compile(r"([^\W\d_])(?:\1{2,}|\1+\b)")
_NOT_WORD = re.compile(r"[^\w]+|_+")
#: How people begin before they say what they came for. What follows must be two words or more.
_GREETING = re.compile(
    r"^(?:(?:hola|ola|holi|buen dia|buenos dias|buenas tardes|buenas noches|buenas|que tal|oiga|oye|disculpe|disculpa) )+"
    r"(?=\w+ \w+)"
)


def fold(text: str) -> str:
    """Lower case, no accents, no repeated letters, no punctuation, chat spelling written out, single spaces.

    "Me estaaan ABLANDO a tdas oras!!" → "me estan hablando a todas horas". Linear in the length of `text`.
    """
    return " ".join(CHAT_WORDS.get(word, word) for word in plain(text).split()) or _signs(text)


def matter(text: str) -> str:
    """`fold` without the greeting before what is told: "hola, me gritaron" is no greeting."""
    return _GREETING.sub("", fold(text))


def plain(text: str) -> str:
    """`fold` without the chat spelling written out: the letters as typed."""
    decomposed = unicodedata.normalize("NFKD", text).lower()
    letters = "".join(c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return _NOT_WORD.sub(" ", _REPEATED.sub(r"\1", letters)).strip()


def _signs(text: str) -> str:
    """What is said without a letter; empty when there is no sign either."""
    signs = text.strip()
    return SIGNS.get(signs[:1], "emoji" if signs and unicodedata.category(signs[0]) == "So" else "")


def level_accents(text: str) -> str:
    """Without accents, otherwise as written."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
