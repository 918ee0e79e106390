"""Charts carry nothing that the CSP forbids, and no name of theirs is markup."""

import re
from xml.etree import ElementTree

import pytest

from bot.console import charts
from bot.console.charts import bars, columns

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


@pytest.mark.parametrize("draw", [bars, columns])
def test_a_chart_has_neither_style_nor_script_of_its_own(draw) -> None:  # type: ignore[no-untyped-def]
    drawn = draw("Quejas", ["una", "otra"], [("Quejas", (3, 5)), ("Más", (None, 2))])
    assert not re.search(r"<style|<script|style=|href=|\son\w+=", drawn)
    root = ElementTree.fromstring(drawn)
    assert (root.get("role"), root.get("aria-label")) == ("img", "Quejas")
    assert not any(ElementTree.iselement(node) and node.tag.endswith("title") for node in root.iter())


@pytest.mark.parametrize("draw", [bars, columns])
def test_what_people_write_stays_text(draw) -> None:  # type: ignore[no-untyped-def]
    drawn = draw(EVIL, [EVIL], [(EVIL, (1,)), (EVIL, (1,))])
    assert "<script" not in drawn and "<img" not in drawn
    ElementTree.fromstring(drawn)


@pytest.mark.parametrize("values", [(), (0, 0), (1,), (None,), tuple(range(400)), (10**9, 1)])
@pytest.mark.parametrize("draw", [bars, columns])
def test_any_numbers_can_be_drawn(draw, values) -> None:  # type: ignore[no-untyped-def]
    ElementTree.fromstring(draw("x", [str(n) for n in range(len(values))], [("Quejas", values)]))


def test_the_axis_has_round_numbers() -> None:
    assert charts._steps(0) == [0, 1]
    assert charts._steps(3) == [0, 1, 2, 3]
    assert charts._steps(47) == [0, 10, 20, 30, 40, 50]
    assert charts._steps(101) == [0, 50, 100, 150]
