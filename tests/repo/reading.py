"""How easily a Spanish text is read: the INFLESZ scale (Szigriszt 1993, Barrio 2008). 65 to 80 is "bastante fácil"."""

from __future__ import annotations

import re

import pylabeador

#: Addresses, phone numbers and folios are looked at, not read.
_NOT_READ = re.compile(r"https?://\S+|\b[\w.]+\.(?:mx|com|org)\b|BT-\S+|\b\d[\d :.,/-]*\d\b|%")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[.?!:;…]+(?:\s|$)|\n")


def inflesz(text: str) -> float:
    """206.835 − 62.3 × syllables per word − words per sentence. Every line of a list is a sentence."""
    read = _NOT_READ.sub("uno", text)
    sentences = [words for part in _SENTENCE.split(read) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    syllables = sum(_syllables(word) for word in words)
    return 206.835 - 62.3 * syllables / len(words) - len(words) / len(sentences)


def _syllables(word: str) -> int:
    """Letters that are spelt out (NSS, PDF) have one syllable each."""
    if word.isupper() and not re.search(r"[AEIOUÁÉÍÓÚ]", word):
        return len(word)
    return len(pylabeador.syllabify(word.lower()))
