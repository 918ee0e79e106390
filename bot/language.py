"""Is this Spanish? With care: short texts are always taken for Spanish.

langdetect alone calls one short, unaccented Spanish text in thirty Portuguese, so it only decides when the small words or
the letters of the text speak against Spanish.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from langdetect import LangDetectException
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

from bot.folding import plain

DetectorFactory.seed = 0  # langdetect draws lots; the same text must always get the same answer

#: Fewer words than this say nothing about a language.
ENOUGH_WORDS = 4
READ = 400
#: How likely each language is before anything is read.
LIKELY = {"es": 0.7, "en": 0.1, "pt": 0.1, "fr": 0.1}
#: So many more signs than Spanish words make a detector needless; below this it must doubt that the text is Spanish.
PLAINLY, DOUBTFUL = 3, 0.3

#: Small words that one language uses all the time and Spanish never does.
FOREIGN = {
    "en": "the is are was were my they you your and to of that this have has been with for what when where who how can "
    "not do does did i she it we them at on in by from will would there their want need please help hello about could should "
    "keep calling told him her us because say says said but if house money every day",
    "pt": "nao voce voces eu meu minha meus minhas uma um com pra sao isso muito ele ela eles elas os em ao quem onde quando "
    "tenho tem foi estou ja mais quero posso fazer ligando cobranca divida obrigado obrigada bom das do na pelo pela seu "
    "dizem disse disseram ameacando ameacam ligam ficam vao ainda hoje ontem amanha ninguem dele dela dinheiro depois faz recebi "
    "ligacoes ligacao atende alguem deixou minhas",
    "fr": "je il elle nous vous ils elles des du une et est sont mon ma ton pas ne qui dans avec pour vos votre etes "
    "sur ce cette ca ont etre avoir suis bonjour merci tous jours appellent maison dette moi chez au aux "
    "comment quand ou leur leurs on fait dit plus sous laisse",
}
SPANISH = (
    "el la los las un una unos unas de del que y en es son esta estan por para con no me te se lo le nos mi "
    "mis tu su sus yo ellos ella como cuando donde porque pero si ya muy mas todo todos hay fue era han he ha "
    "a al o quiero tengo dicen llaman casa deuda credito infonavit hoy ayer esto eso esa ese este cobran bien "
    "mal pues sin desde hasta"
)
SPANISH_WORDS = frozenset(SPANISH.split())
FOREIGN_WORDS = {lang: frozenset(words.split()) for lang, words in FOREIGN.items()}
#: Spanish words that are words of the other language, too: they say nothing between the two.
SHARED = {
    "en": frozenset(["a", "me", "no", "he", "al", "son"]),
    "pt": frozenset(
        [
            "a",
            "o",
            "de",
            "que",
            "me",
            "se",
            "por",
            "para",
            "como",
            "todos",
            "todo",
            "casa",
            "nos",
            "te",
            "tu",
            "era",
            "este",
            "esta",
            "la",
            "lo",
            "no",
            "da",
            "e",
            "hoy",
        ]
    ),
    "fr": frozenset(["la", "un", "de", "que", "me", "se", "te", "tu", "en", "le", "es", "y", "si", "a", "nos", "son"]),
}
#: Letters, and letters cut short, that Spanish does not have.
LETTERS = {"pt": re.compile("[ãõçâêôà]"), "fr": re.compile(r"[àâèêëîïôùûœç]|\b(?:[ldjmnstc]|qu)['’]\w")}


def foreign(text: str) -> str:
    """`en`, `pt` or `fr` when the text is surely that and not Spanish; else an empty string."""
    words = plain(text[:READ]).split()
    if len(words) < ENOUGH_WORDS:
        return ""
    signs = {lang: _signs(lang, words, text[:READ].lower()) for lang in FOREIGN_WORDS}
    spanish = {lang: sum(word in SPANISH_WORDS - SHARED[lang] for word in words) for lang in FOREIGN_WORDS}
    language = max(signs, key=lambda lang: signs[lang] - spanish[lang])
    if signs[language] <= spanish[language]:
        return ""
    plainly = signs[language] >= 2 * spanish[language] + PLAINLY
    return language if plainly or _likely_spanish(text[:READ]) < DOUBTFUL else ""


def _signs(language: str, words: list[str], text: str) -> int:
    """Words that are the language's own, by themselves or by a letter."""
    letters = LETTERS.get(language)
    own = sum(word in FOREIGN_WORDS[language] for word in words)
    return own + (len({word for word in text.split() if letters.search(word)}) if letters else 0)


@cache
def _detectors() -> DetectorFactory:
    """langdetect for the four languages that matter; among all of them it takes short Spanish for anything."""
    factory = DetectorFactory()
    factory.load_json_profile([(Path(PROFILES_DIRECTORY) / lang).read_text() for lang in LIKELY])
    return factory


def _likely_spanish(text: str) -> float:
    """How likely it is Spanish and not one of the others, from 0 to 1."""
    detector = _detectors().create()
    detector.set_prior_map(LIKELY)
    detector.append(text)
    try:
        return next((found.prob for found in detector.get_probabilities() if found.lang == "es"), 0.0)
    except LangDetectException:  # nothing but numbers or signs
        return 1.0
