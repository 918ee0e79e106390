"""How a receipt looks: one value in, the bytes of a PDF out. No sentence of its own."""

from __future__ import annotations

import logging
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import segno
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from fpdf.fonts import FontFace, TTFFont

# they name the letters that a font lacks, and with them what a person wrote
for _noisy in ("fpdf", "fontTools"):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)

INK, SOFT, LINE, BRAND, TINT = (20, 48, 45), (76, 102, 99), (207, 223, 220), (15, 118, 110), (238, 244, 243)
MARGIN, WIDTH = 20.0, 215.9 - 40.0
QR = 30.0
BOX = "□"
#: Marks that NFC joins to the letter before them: acute, diaeresis, tilde.
ACCENTS = "\u0301\u0308\u0303"
SANS, SERIF, MONO = "sans", "serif", "mono"


@dataclass(frozen=True)
class Paper:
    """All that stands on a receipt.

    Attributes:
        say: headings, by name (data/catalog/receipt.yml).
        facts, log, guidelines, evidence, proof: pairs of what is in bold or small and what follows it.
        signs: there is a line to sign on.
        is_note: it says that a complaint was erased; what was told and what to do with it is left out.
    """

    say: dict[str, Any]
    folio: str
    made_at: datetime
    dates: tuple[str, ...]
    disclaimer: str
    greeting: str
    facts: tuple[tuple[str, str], ...]
    story: str
    log: tuple[tuple[str, str], ...]
    guidelines: tuple[tuple[str, str], ...]
    evidence: tuple[tuple[str, str], ...]
    channels: tuple[str, ...]
    signs: bool
    url: str
    proof: tuple[tuple[str, str], ...]
    is_note: bool = False


def draw(paper: Paper) -> bytes:
    """The same paper gives the same bytes."""
    sheet = _Sheet(paper)
    sheet.add_page()
    complaint = () if paper.is_note else (_story, _log, _guidelines, _request, _evidence, _where)
    for part in (_head, _facts, *complaint, _proof):
        part(sheet, paper)
    return bytes(sheet.output())


class _Sheet(FPDF):
    """Letter-sized pages with our fonts, and the footer of every page."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(format="letter")
        self._paper = paper
        for family, style, name in (
            (SANS, "", "DejaVuSans"),
            (SANS, "B", "DejaVuSans-Bold"),
            (SERIF, "", "DejaVuSerif"),
            (MONO, "", "DejaVuSansMono"),
        ):
            self.add_font(family, style, _fonts() / f"{name}.ttf")
        self.set_fallback_fonts([SANS], exact_match=False)
        self.set_margins(MARGIN, 16, MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(True, margin=22)
        self.set_title(f"{paper.say['titulo']} {paper.folio}")
        self.set_creator("Buen Trato")
        self.set_lang("es-MX")
        self.set_creation_date(paper.made_at)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_draw_color(LINE)
        self.line(MARGIN, self.get_y(), MARGIN + WIDTH, self.get_y())
        self.ink(7.5, SOFT)
        say = self._paper.say
        self.cell(WIDTH / 2, 7, say["pie"].format(folio=self._paper.folio))
        number = say["pagina"].format(n=self.page_no(), total="{nb}")
        self.cell(WIDTH / 2, 7, number, align="R")

    def ink(self, size: float, color: tuple[int, int, int] = INK, family: str = SANS, style: str = "") -> None:
        self.set_font(family, style, size)
        self.set_text_color(color)

    def write_block(self, text: str, height: float, width: float = 0, align: str = "L") -> None:
        self.multi_cell(width, height, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def writable(self, text: str) -> str:
        """A letter that our fonts lack becomes a box: it must not vanish unseen. What only joins letters goes."""
        known = cast(TTFFont, self.fonts[SANS]).cmap
        seen = (c for c in text if c == "\n" or unicodedata.category(c) not in ("Cf", "Cc", "Cs", "Mn") or c in ACCENTS)
        return "".join(c if c == "\n" or ord(c) in known else BOX for c in unicodedata.normalize("NFC", "".join(seen)))

    def heading(self, text: str, room: float = 24) -> None:
        """A heading that is not left alone at the foot of a page. room: millimetres of what must follow it."""
        if self.will_page_break(room):
            self.add_page()
        self.ln(4.5)
        self.ink(10.5, BRAND, style="B")
        self.write_block(text, 6)
        self.set_draw_color(LINE)
        self.line(MARGIN, self.get_y(), MARGIN + WIDTH, self.get_y())
        self.ln(1.8)


def _head(sheet: _Sheet, paper: Paper) -> None:
    top = sheet.get_y()
    _qr(sheet, paper.url, MARGIN + WIDTH - QR, top)
    left = WIDTH - QR - 8
    sheet.ink(17, INK, style="B")
    sheet.write_block(paper.say["titulo"], 7.5, left)
    sheet.ln(2)
    sheet.ink(9, SOFT)
    sheet.cell(13, 8, paper.say["folio"])
    sheet.ink(15, BRAND, MONO)
    sheet.cell(left - 13, 8, paper.folio, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ink(9, SOFT)
    for line in paper.dates:
        sheet.write_block(line, 4.8, left)
    sheet.set_y(max(sheet.get_y(), top + QR) + 3)
    sheet.set_fill_color(TINT)
    sheet.ink(8.5, SOFT)
    sheet.multi_cell(0, 4.6, paper.disclaimer, fill=True, padding=(2, 3, 2, 3), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(4)
    sheet.ink(10)
    sheet.write_block(paper.say["para"], 5.2)
    sheet.ln(1.5)
    sheet.write_block(sheet.writable(paper.greeting), 5.2)


def _qr(sheet: _Sheet, url: str, x: float, y: float) -> None:
    """Squares, not a picture: it prints sharp at any size."""
    rows = list(segno.make(url, error="m").matrix)
    side = QR / len(rows)
    sheet.set_fill_color(INK)
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                sheet.rect(x + across * side, y + down * side, side * 1.02, side * 1.02, style="F")


def _facts(sheet: _Sheet, paper: Paper) -> None:
    sheet.heading(paper.say["datos"])
    sheet.ink(9.5)
    sheet.set_draw_color(LINE)
    label = FontFace(color=SOFT)
    with sheet.table(
        borders_layout="HORIZONTAL_LINES",
        first_row_as_headings=False,
        col_widths=(48, WIDTH - 48),
        line_height=5,
        padding=(0.8, 1, 0.8, 0),
        text_align="L",
    ) as table:
        for name, value in paper.facts:
            row = table.row()
            row.cell(name, style=label)
            row.cell(sheet.writable(value))


def _story(sheet: _Sheet, paper: Paper) -> None:
    sheet.heading(paper.say["hechos"])
    sheet.ink(8, SOFT)
    sheet.write_block(paper.say["hechos_nota"], 4.4)
    sheet.ln(1.5)
    sheet.ink(10.5, family=SERIF)
    sheet.write_block(sheet.writable(paper.story), 5.8)


def _log(sheet: _Sheet, paper: Paper) -> None:
    """What happened afterwards, oldest first."""
    if not paper.log:
        return
    sheet.heading(paper.say["despues"])
    for when, told in paper.log:
        if sheet.will_page_break(16):
            sheet.add_page()
        sheet.ink(9.5, style="B")
        sheet.write_block(sheet.writable(when), 5)
        sheet.ink(10.5, family=SERIF)
        sheet.write_block(sheet.writable(told), 5.8)
        sheet.ln(1.8)


def _guidelines(sheet: _Sheet, paper: Paper) -> None:
    sheet.heading(paper.say["lineamientos"])
    if not paper.guidelines:
        sheet.ink(9.5)
        sheet.write_block(paper.say["otra_conducta"], 5)
        return
    for happened, guideline in paper.guidelines:
        if sheet.will_page_break(16):
            sheet.add_page()
        sheet.ink(9.5, style="B")
        sheet.write_block(happened, 5)
        sheet.ink(9.5)
        sheet.write_block(guideline, 4.9)
        sheet.ln(1.8)
    sheet.ink(8, SOFT)
    sheet.write_block(paper.say["lineamientos_fuente"], 4.4)


def _request(sheet: _Sheet, paper: Paper) -> None:
    sheet.heading(paper.say["pido"], room=46 if paper.signs else 24)
    sheet.ink(10)
    sheet.write_block(paper.say["peticion"], 5.2)
    if not paper.signs:
        return
    sheet.ln(15)
    sheet.set_draw_color(INK)
    sheet.line(MARGIN, sheet.get_y(), MARGIN + 75, sheet.get_y())
    sheet.ink(8, SOFT)
    sheet.write_block(paper.say["firma"], 5)


def _evidence(sheet: _Sheet, paper: Paper) -> None:
    sheet.heading(paper.say["pruebas"])
    sheet.ink(8.5, SOFT)
    if not paper.evidence:
        sheet.write_block(paper.say["sin_pruebas"], 4.6)
        return
    sheet.write_block(paper.say["pruebas_nota"], 4.6)
    sheet.ln(1.5)
    for number, (what, digest) in enumerate(paper.evidence, start=1):
        if sheet.will_page_break(12):
            sheet.add_page()
        sheet.ink(9.5)
        sheet.write_block(f"{number}. {what}", 5)
        sheet.ink(7.5, SOFT, MONO)
        sheet.write_block(digest, 4.4)
        sheet.ln(1)


def _where(sheet: _Sheet, paper: Paper) -> None:
    sheet.heading(paper.say["donde"], room=42)
    sheet.ink(9.5)
    for channel in paper.channels:
        sheet.cell(5, 5, "•")
        sheet.multi_cell(0, 5, channel, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        sheet.ln(0.8)
    sheet.write_block(paper.say["donde_lleva"], 5)


def _proof(sheet: _Sheet, paper: Paper) -> None:
    sheet.heading(paper.say["comprobar"], room=52)
    sheet.ink(8.5, SOFT)
    sheet.write_block(paper.say["comprobar_como"], 4.6)
    sheet.ink(8.5, BRAND)
    sheet.cell(0, 5.4, paper.url, link=paper.url, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    for label, value in paper.proof:
        sheet.ink(7.5, SOFT)
        sheet.write_block(label, 4.4)
        sheet.ink(7.5, INK, MONO)
        sheet.multi_cell(0, 4.2, value, align="L", wrapmode=WrapMode.CHAR, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


@cache
def _fonts() -> Path:
    """DejaVu (free, with nearly every letter) comes inside matplotlib, which Rasa brings; it is not imported."""
    found = find_spec("matplotlib")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
