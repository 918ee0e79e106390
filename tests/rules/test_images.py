"""Photos that cannot be made out are noticed; every other file, however odd, is left alone."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image, ImageDraw, ImageFilter

from bot.images import flaw


def paper(size: tuple[int, int] = (1280, 960)) -> Image.Image:
    """A letter as a phone would take it."""
    image = Image.new("RGB", size, (236, 229, 221))
    draw = ImageDraw.Draw(image)
    for line in range(20, size[1] - 20, 44):
        draw.text((40, line), "Pague hoy o iremos a su casa. Le quedan 2 horas. " * 3, fill=(20, 20, 20), font_size=28)
    return image


def saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_sharp_photo_has_no_flaw(kind: str) -> None:
    assert flaw(saved(paper(), kind)) == ""


def test_a_dark_photo_may_be_sharp() -> None:
    assert flaw(saved(paper().point(lambda value: value * 0.2))) == ""


def test_a_photo_that_is_sharp_in_one_corner_is_kept_quiet_about() -> None:
    image = Image.new("RGB", (1280, 960), (200, 200, 200))
    image.paste(paper((640, 480)), (0, 0))
    assert flaw(saved(image)) == ""


@pytest.mark.parametrize("radius", [10, 20])
def test_a_blurred_photo_is_noticed(radius: int) -> None:
    assert flaw(saved(paper().filter(ImageFilter.GaussianBlur(radius)))) == "borrosa"


@pytest.mark.parametrize("value", [0, 255])
def test_a_photo_of_nothing_is_noticed(value: int) -> None:
    assert flaw(saved(Image.new("L", (800, 600), value))) == "borrosa"


@pytest.mark.parametrize(("size", "expected"), [((239, 100), "chica"), ((90, 67), "chica"), ((240, 100), "")])
def test_a_thumbnail_is_noticed(size: tuple[int, int], expected: str) -> None:
    assert flaw(saved(paper(size), "PNG")) == expected


def bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that unfolds into side × side pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = side.to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    body = zlib.compress(bytes(1000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [6_000, 50_000, 2**31 - 1])
def test_what_would_unfold_into_gigabytes_is_not_opened(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object) -> None:
        raise AssertionError("it was opened")

    monkeypatch.setattr(Image.Image, "convert", opened)
    assert flaw(bomb(side)) == ""


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(50), b"%PDF-1.7", b"<svg onload='x()'/>", b"II*\x00" + bytes(99)],
)
def test_what_cannot_be_read_is_left_alone(data: bytes) -> None:
    assert flaw(data) == ""


def test_a_photo_that_was_cut_off_is_left_alone() -> None:
    assert flaw(saved(paper())[:3000]) == ""
