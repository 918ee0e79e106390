"""What a trainer should look at. The rule is the first function."""

from __future__ import annotations

from bot.model import TurnResult

#: Below this confidence a person may know better than the model.
SURE = 0.6


def is_doubtful(result: TurnResult) -> bool:
    """The model answered, but was not sure of what it read."""
    return bool(result.intent) and result.confidence < SURE
