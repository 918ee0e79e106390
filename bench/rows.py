"""What a measurement is."""

from __future__ import annotations

#: What was measured, what was wanted, what was seen.
Row = tuple[str, str, str]


def percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]
