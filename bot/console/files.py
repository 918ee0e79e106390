"""Files that people sent: pictures are drawn anew to be looked at, originals are downloads with a name of our own."""

from __future__ import annotations

import io

import filetype
from PIL import Image, ImageOps, UnidentifiedImageError
from starlette.requests import Request
from starlette.responses import Response

from bot.console.conversations import conversation_id
from bot.console.gate import Refused
from bot.console.view import is_revealed
from bot.model import Evidence

#: Pixels of the longest side of a preview; a picture that claims more than MAX_PIXELS is not opened at all.
SIDE, MAX_PIXELS = 1600, 60_000_000
#: Nothing that comes from outside may do anything in the browser of who looks at it.
HARMLESS = {"content-security-policy": "default-src 'none'; sandbox", "cache-control": "private, no-store"}


def preview(request: Request) -> Response:
    id_ = conversation_id(request)
    return shown(request, id_, _of_conversation(request, id_))


def original(request: Request) -> Response:
    id_ = conversation_id(request)
    return given(request, id_, _of_conversation(request, id_))


def shown(request: Request, subject: str, item: Evidence | None) -> Response:
    """A picture without what was hidden in its file (place, device, programs); sound and video as they are.

    subject: of what the personal data must be visible, and what the audit log names.
    """
    if not is_revealed(request, subject):
        raise Refused(403, "Primero pide ver los datos personales.")
    item, data = _read(request, item)
    if item.kind == "foto":
        return Response(_redrawn(data), media_type="image/jpeg", headers=HARMLESS)
    if item.kind in ("audio", "video"):
        found = filetype.audio_match(data) or filetype.guess(data)
        mime = found.mime if found and found.mime.startswith(("audio/", "video/")) else "application/octet-stream"
        return Response(data, media_type=mime, headers=HARMLESS)
    raise Refused(415, "Este archivo no se puede ver aquí. Descárgalo.")


def given(request: Request, subject: str, item: Evidence | None) -> Response:
    """The bytes as they came, always as a download. Written into the audit log."""
    item, data = _read(request, item)
    with request.app.state.house.store.begin() as tx:
        tx.note(request.state.staff.id, "prueba_descargada", subject, prueba=item.id)
    found = filetype.guess(data)
    # never the name it came with: that is for nobody's disk to interpret
    name = f"prueba-{item.received_at:%Y%m%d}-{item.id[-6:]}.{found.extension if found else 'txt'}"
    return Response(data, media_type="application/octet-stream", headers=download(name))


def download(name: str) -> dict[str, str]:
    """Headers of something that is saved under a name of ours, and never looked at in the browser."""
    return {**HARMLESS, "content-disposition": f'attachment; filename="{name}"'}


def _of_conversation(request: Request, id_: str) -> Evidence | None:
    with request.app.state.house.store.read() as tx:
        return tx.file_of(id_, request.path_params["evidence"])


def _read(request: Request, item: Evidence | None) -> tuple[Evidence, bytes]:
    if item is None:
        raise Refused(404, "Ese archivo no existe.")
    try:
        return item, request.app.state.house.room.read(item.id)
    except OSError as error:
        raise Refused(404, "Ese archivo ya no está.") from error


def _redrawn(data: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Refused(415, "La imagen es demasiado grande para verla aquí. Descárgala.")
            picture.draft("RGB", (SIDE, SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((SIDE, SIDE))
            out = io.BytesIO()
            upright.save(out, "JPEG", quality=82)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise Refused(415, "La imagen no se puede ver aquí. Descárgala.") from error
    return out.getvalue()
