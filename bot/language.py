"""Is this Spanish? With care: short texts are always taken for Spanish.

langdetect alone calls short, unaccented Spanish Portuguese or Italian, so it only decides when the small words of the
text agree with it.
"""

from __future__ import annotations

from langdetect import DetectorFactory, LangDetectException, detect_langs

from bot.folding import plain

DetectorFactory.seed = 0  # langdetect draws lots; the same text must always get the same answer

#: Fewer words than this say nothing about a language.
ENOUGH_WORDS = 4
READ = 400

#: Small words that one language uses all the time and Spanish never does.
FOREIGN = {
    "en": "the is are was were my they you your and to of that this have has been with for what when where who how can "
    "not do does did i he she it we them me? at on in by from will would there their want need please help hello about "
    "keep calling told him her us because say says said but if house money every day",
    "pt": "nao voce voces eu meu minha meus minhas uma um com para pra que? sao esta? estao isso muito ele ela eles elas "
    "tenho tem foi estou ja mais mas quero posso fazer ligando cobranca divida casa? obrigado bom dia dos das do da na no? "
    "nos? ao pelo pela seu sua ligam todo? dizem disse porque? ameacando ameacam",
    "fr": "je tu il elle nous vous ils elles le les des du une et est sont mon ma mes ton pas ne que? qui dans avec pour "
    "sur ce cette ca c j m n d? l? s? a? ai as? ont etre avoir suis bonjour merci tous jours appellent maison dette "
    "comment quand ou chez leur leurs on fait dit au aux de? plus y",
}
SPANISH = (
    "el la los las un una unos unas de del que y en es son esta estan por para con no me te se lo le nos mi "
    "mis tu su sus yo ellos ella como cuando donde porque pero si ya muy mas todo todos hay fue era han he ha "
    "a al o quiero tengo dicen llaman casa deuda credito infonavit hoy ayer esto eso esa ese este cobran bien "
    "mal pues sin desde hasta"
)
SPANISH_WORDS = frozenset(SPANISH.split())
FOREIGN_WORDS = {lang: {w for w in words.split() if not w.endswith("?")} for lang, words in FOREIGN.items()}


def foreign(text: str) -> str:
    """`en`, `pt` or `fr` when the text is surely that and not Spanish; else an empty string."""
    words = plain(text[:READ]).split()
    if len(words) < ENOUGH_WORDS:
        return ""
    spanish = sum(word in SPANISH_WORDS for word in words)
    counts = {lang: sum(word in known for word in words) for lang, known in FOREIGN_WORDS.items()}
    language = max(counts, key=lambda lang: counts[lang])
    if counts[language] < 2 or counts[language] <= spanish:
        return ""
    return language if counts[language] >= 2 * spanish + 2 or _detected(text[:READ]) == language else ""


def _detected(text: str) -> str:
    try:
        best = detect_langs(text)[0]
    except LangDetectException:  # nothing but numbers or signs
        return ""
    return best.lang if best.prob >= 0.9 else ""
