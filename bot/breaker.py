"""Stops asking who does not answer, and finds out with one turn at a time whether they are back.

closed     every turn is tried; OPENS_AFTER different turns that fail, with none answered between them, open it
open       no turn is tried for a while, longer each time
half open  one turn is tried as a probe: answered closes it, failed opens it again

Turns are counted and not tries: one turn that can never be answered fails many times and says nothing of the others.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.errors import RasaResting, RasaUnavailable

log = logging.getLogger(__name__)

#: Different turns that fail in a row until it opens.
OPENS_AFTER = 3
#: Seconds until the first probe; each failed one doubles them, up to the longest.
FIRST_REST, LONGEST_REST = 2.0, 10.0


class Breaker:
    """Belongs to one event loop; `rest` and `is_closed` may be read from other threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: set[str] = set()
        self._opened: float | None = None
        self._pause = FIRST_REST
        self._probing = False

    @property
    def is_closed(self) -> bool:
        return self._opened is None

    @property
    def rest(self) -> float:
        """Seconds until a turn may be tried, 0 for now. While a probe runs it is worth looking again soon."""
        if self._opened is None:
            return 0.0
        return FIRST_REST / 2 if self._probing else max(0.0, self._opened + self._pause - self._clock())

    @contextmanager
    def trying(self, turn_id: str) -> Iterator[None]:
        """Around one try. Raises RasaResting, and nothing was tried, when it is open."""
        if self.rest > 0:
            raise RasaResting("is not asked for a while")
        is_probe = self._probing = not self.is_closed
        try:
            yield
        except RasaUnavailable:
            self._fail(turn_id, is_probe)
            raise
        except BaseException:
            if is_probe:  # it says nothing of Rasa: the next turn is the probe
                self._probing = False
            raise
        self._succeed()

    def _fail(self, turn_id: str, is_probe: bool) -> None:
        self._failed.add(turn_id)
        if is_probe:
            self._pause = min(LONGEST_REST, self._pause * 2)
            self._open()
        elif self.is_closed and len(self._failed) >= OPENS_AFTER:
            log.error("Rasa did not answer %d turns: the next are kept until it does", len(self._failed))
            self._open()

    def _open(self) -> None:
        self._opened, self._probing = self._clock(), False

    def _succeed(self) -> None:
        if not self.is_closed:
            log.warning("Rasa answers again")
        self._failed.clear()
        self._opened, self._pause, self._probing = None, FIRST_REST, False
