"""YAML files that people read and git keeps: rewritten in place, one line an example, comments and quotes as they were."""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from bot.errors import ConfigError

#: How ruamel.yaml writes an emoji between quotes; people wrote the emoji.
ESCAPED = re.compile(r"(?<!\\)((?:\\\\)*)\\U([0-9A-F]{8})")


def _round_trip() -> YAML:
    rt: Any = YAML()
    rt.preserve_quotes = True
    rt.width = 1_000_000  # one line per example, however long
    rt.indent(mapping=2, sequence=4, offset=2)
    return rt


def load(path: Path) -> CommentedMap:
    return _round_trip().load(path.read_text())


@contextlib.contextmanager
def readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, YAMLError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path.name} no se puede leer ({type(error).__name__}). Revisa el archivo.") from error


def save(document: CommentedMap, path: Path) -> None:
    """All or nothing: a reader sees the old file or the new one."""
    text = dumped(document, path.read_text())
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text)
    draft.replace(path)


def dumped(document: CommentedMap, before: str) -> str:
    """before: what the file said; lines that did not change keep their way of writing emoji."""
    out = io.StringIO()
    _round_trip().dump(document, out)
    known = set(before.splitlines())
    return "".join(
        line if line.rstrip("\n") in known else _with_emoji(line) for line in out.getvalue().splitlines(True)
    )


def _with_emoji(line: str) -> str:
    return ESCAPED.sub(lambda match: match[1] + chr(int(match[2], 16)), line)
