"""Can what a photo shows be made out? Photos are kept either way; the person is only told, while they can still take
another.

A photo is looked at once, small and grey, and never anything else is done with it: what it hides in its metadata, or
would unfold into, stays closed.
"""

from __future__ import annotations

import io
import logging
import warnings

import numpy as np
from PIL import Image

log = logging.getLogger(__name__)

#: Formats that are opened. Pillow reads many more, and each is a way in.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
#: Pixels of an image that is still opened; a JPEG can be read at a fraction of its size.
MAX_PIXELS = {"JPEG": 60_000_000}
MAX_PIXELS_OTHER = 25_000_000
#: The longer side of an image in which nothing can be read, in pixels.
TINY = 240
#: The longer side to which it is shrunk before it is judged.
LOOK = 640
#: Parts of each side; a photo is sharp when a few of its parts are.
PARTS = 8
#: Mean brightness up to which a dark photo is lit, and how much at most.
LIGHT, MOST_LIGHT = 110.0, 6.0
#: Variance of the Laplacian below which even the sharpest parts are blurred. Sharp photos, dark ones, letters and
#: screenshots have 2,500 to 16,500; out of focus by 6 pixels of 1280, 6 to 27 (large letters of a screenshot by 8).
BLURRED = 40.0


def flaw(data: bytes) -> str:
    """`chica`, `borrosa`, or empty when it can be made out or cannot be told. Never raises."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what they say is checked here
            return _flaw(data)
    except Exception as error:
        # Pillow raises nearly anything for a broken file, and this is only a courtesy
        log.info("an image could not be looked at: %s", type(error).__name__)
        return ""


def _flaw(data: bytes) -> str:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if max(image.size) < TINY:
            return "chica"
        if image.width * image.height > MAX_PIXELS.get(image.format or "", MAX_PIXELS_OTHER):
            return ""
        image.draft("L", (LOOK, LOOK))
        grey = image.convert("L")
    grey.thumbnail((LOOK, LOOK))
    return "borrosa" if sharpness(_lit(np.asarray(grey, dtype=np.float32))) < BLURRED else ""


def _lit(grey: np.ndarray) -> np.ndarray:
    """A dark photo may be sharp, and is made as bright as others."""
    return grey * np.clip(LIGHT / max(float(grey.mean()), 1.0), 1, MOST_LIGHT)


def sharpness(grey: np.ndarray) -> float:
    """Variance of the Laplacian of the sharpest tenth of the image's parts."""
    middle = grey[1:-1, 1:-1]
    edges = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * middle
    rows = (part for band in np.array_split(edges, PARTS, axis=0) for part in np.array_split(band, PARTS, axis=1))
    return float(np.quantile([part.var() for part in rows if part.size], 0.9))
