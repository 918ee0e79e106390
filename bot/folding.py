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
    "disen": "dicen", "dise": "dice", "diciendo": "diciendo", "ami": "a mi", "aver": "a ver", "alado": "al lado",
    "ora": "hora", "oras": "horas", "oy": "hoy", "ayer": "ayer", "ahorita": "ahorita", "aorita": "ahorita",
    "orita": "ahorita", "ahora": "ahora", "aora": "ahora", "vecez": "veces", "veses": "veces", "boy": "voy",
    "ban": "van", "ba": "va", "bienen": "vienen", "biene": "viene", "binieron": "vinieron", "amenasan": "amenazan",
    "amenasaron": "amenazaron", "amenasando": "amenazando", "amenasas": "amenazas", "amenaza": "amenaza",
    "grosero": "grosero", "asi": "asi", "kasa": "casa", "caza": "casa", "deven": "deben", "devo": "debo",
    "deve": "debe", "llaman": "llaman", "yaman": "llaman", "yamando": "llamando", "yamadas": "llamadas",
    "yama": "llama", "kiere": "quiere", "aki": "aqui", "ai": "ahi", "alla": "alla", "ningun": "ningun",
    "enserio": "en serio", "sierto": "cierto", "infonabit": "infonavit", "imfonavit": "infonavit",
    "ynfonavit": "infonavit", "infonavid": "infonavit", "infonabi": "infonavit", "simon": "si", "sip": "si",
    "sipi": "si", "nop": "no", "nel": "no", "nel pastel": "no", "ok": "ok", "oc": "ok", "vdd": "verdad",
    "tng": "tengo", "tngo": "tengo", "mnda": "manda", "cmo": "como", "stoy": "estoy", "sta": "esta", "stan": "estan",
    "hablavan": "hablaban", "iva": "iba", "ivan": "iban", "estava": "estaba", "estavan": "estaban", "aya": "haya",
    "aiga": "haya", "vamos": "vamos", "dejenme": "dejenme", "kitar": "quitar", "kitarme": "quitarme", "sino": "si no",
}  # fmt: skip

#: Three of a letter anywhere, or two at the end of a word: no Spanish word has them. Digits are left alone.
_REPEATED = re.compile(r"([^\W\d_])(?:\1{2,}|\1+\b)")
_NOT_WORD = re.compile(r"[^\w]+|_+")


def fold(text: str) -> str:
    """Lower case, no accents, no repeated letters, no punctuation, chat spelling written out, single spaces.

    "Me estaaan ABLANDO a tdas oras!!" → "me estan hablando a todas horas". Linear in the length of `text`.
    """
    return " ".join(CHAT_WORDS.get(word, word) for word in plain(text).split())


def plain(text: str) -> str:
    """`fold` without the chat spelling written out: the letters as typed."""
    decomposed = unicodedata.normalize("NFKD", text).lower()
    letters = "".join(c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return _NOT_WORD.sub(" ", _REPEATED.sub(r"\1", letters)).strip()


def level_accents(text: str) -> str:
    """Without accents, otherwise as written."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
