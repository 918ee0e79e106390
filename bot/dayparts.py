"""Clock times and parts of the day, put together: "en la noche" and "como a las 10" are 22:00."""

from __future__ import annotations

#: Parts of the day in which a clock time up to 12 is said for the second half.
LATE = ("tarde", "noche")


def is_clock(hour: str) -> bool:
    return ":" in hour


def at_part_of_day(clock: str, part: str) -> str:
    """A time said as HH:MM, within the part of the day it was said of. One that names its own half stays."""
    hour, minute = map(int, clock.split(":"))
    if part in LATE and 1 <= hour < 12 and not (part == "noche" and hour < 5):
        return f"{hour + 12:02d}:{minute:02d}"
    if part in ("noche", "madrugada") and hour == 12:
        return f"00:{minute:02d}"
    return clock
