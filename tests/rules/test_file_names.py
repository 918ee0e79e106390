"""A file's own name is shown to people of the team: it must be what it seems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence import MAX_NAME, safe_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("carta ñ 1.pdf", "carta ñ 1.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/etc/cron.d/x", "x"),
        ("..", ""),
        ("C:\\fotos\\a.jpg", "a.jpg"),
        ("recibo\u202efdp.exe", "recibofdp.exe"),
        ("a\x00b\n\r.pdf", "ab.pdf"),
        ("\u200b\ufeff", ""),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("x" * 300, "x" * 120),
        (".htaccess", "htaccess"),
    ],
)
def test_names(name: str, shown: str) -> None:
    assert safe_name(name) == shown


@given(st.text(max_size=400))
def test_any_name_is_one_short_line_without_folders(name: str) -> None:
    shown = safe_name(name)
    assert len(shown) <= MAX_NAME
    assert not set(shown) & set("/\\\x00\n\r\u202e\u2028")
