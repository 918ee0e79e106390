"""The newest trained model in this process, for looking at what it understands. The only test code that imports Rasa."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any

from bot import training

Parse = Callable[[str], dict[str, Any]]


def parser() -> Parse:
    """A function from a text to what `/model/parse` would answer."""
    os.environ.update(training.ENVIRONMENT)
    from rasa.core.agent import Agent

    agent = Agent.load(str(training.checked_model()))
    runner = asyncio.Runner()
    return lambda text: runner.run(agent.parse_message(text))
