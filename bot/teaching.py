"""Changes of the training data by people: checked, written, and remembered with who and why."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.config import ROOT
from bot.errors import RuleBroken
from bot.example_checks import Checker, Finding
from bot.examples import Corpus, Example, labelled
from bot.neighbours import Neighbours
from bot.store import Store

#: Changes that can be taken back, and how many of the latest.
UNDOABLE, UNDONE = ("agregar", "cambiar", "mover", "borrar"), 100
LINE = re.compile(r"(?P<label>(?:derecho:)?\w+): (?P<marked>.*?)(?:  \(también: (?P<also>[\w, ]+)\))?")


class Teaching:
    """The examples of `data/nlu`, for everybody who may change them."""

    def __init__(self, store: Store, corpus: Corpus | None = None) -> None:
        self._store = store
        self.corpus = corpus or Corpus()
        self.neighbours = Neighbours(self.corpus.all)
        self.checker = Checker(self.corpus, self.neighbours)

    def add(self, example: Example, author: str, reason: str, sure: bool = False) -> Example:
        """sure: save although the danger rules disagree; for supervisors, who give the reason.

        Raises RuleBroken: it must not be taught like this; the message says why.
        """
        self._refuse(self.checker.check(example), sure)
        return self._done("agregar", lambda: self.corpus.add(example), author, reason)

    def change(self, key: str, new: Example, author: str, reason: str, sure: bool = False) -> Example:
        old = self.corpus.find(key)
        if new.text != old.text or new.label != old.label:
            self._refuse(self.checker.check(new, instead_of=key), sure)
        action = "mover" if new.label != old.label else "cambiar"
        return self._done(action, lambda: self.corpus.change(key, new), author, reason, old)

    def delete(self, key: str, author: str, reason: str) -> Example:
        old = self.corpus.find(key)
        self._done("borrar", lambda: self.corpus.delete(key), author, reason, old)
        return old

    def undo(self, change_id: str, author: str) -> Example:
        """Take a change of the history back. Returns what stands there now, or what was taken out.

        Raises RuleBroken: somebody changed that example since then.
        """
        change = next((row for row in self.history(UNDONE) if row["id"] == change_id), None)
        if change is None or change["action"] not in UNDOABLE:
            raise RuleBroken("Ese cambio no se puede deshacer.")
        before, after = _example(change["before"]), _example(change["after"])
        if before and after:
            return self.change(after.key, before, author, "se deshizo", sure=True)
        if before:
            return self.add(before, author, "se deshizo", sure=True)
        assert after
        return self.delete(after.key, author, "se deshizo")

    def confirm(self, key: str, author: str) -> None:
        """The label is right, whatever the readers say: it is not asked about again."""
        example = self.corpus.find(key)
        with self._store.begin() as tx:
            tx.add_example_change(author, "la etiqueta está bien", "confirmar", example.label, example.marked, key)

    def confirmed(self) -> set[str]:
        with self._store.read() as tx:
            return {row["after"] for row in tx.example_changes(100_000) if row["action"] == "confirmar"}

    def history(self, limit: int = 100, since: datetime | None = None) -> list[dict[str, Any]]:
        with self._store.read() as tx:
            return tx.example_changes(limit, since)

    def _refuse(self, findings: list[Finding], sure: bool) -> None:
        for finding in findings:
            if finding.stops and not (sure and finding.kind == "peligro"):
                raise RuleBroken(finding.message)

    def _done(
        self, action: str, change: Callable[[], Example], author: str, reason: str, old: Example | None = None
    ) -> Example:
        """The file first: a history without its change would be a lie, a change without history only a gap."""
        new = change()
        after = "" if action == "borrar" else _line(new)
        with self._store.begin() as tx:
            tx.add_example_change(author, reason, action, new.label, _line(old) if old else "", after)
        return new


def _line(example: Example) -> str:
    also = f"  (también: {', '.join(example.also)})" if example.also else ""
    return f"{example.label}: {example.marked}{also}"


def _example(line: str) -> Example | None:
    """What `_line` wrote."""
    found = LINE.fullmatch(line)
    if not found:
        return None
    also = tuple(found["also"].split(", ")) if found["also"] else ()
    return labelled(found["label"], found["marked"], also)


def commit(author: str, reason: str, folder: Path = ROOT) -> str:
    """Put the changed examples into git, when there is one. Returns the commit, or an empty string."""
    if not _git(folder, "rev-parse", "--is-inside-work-tree") or not _git(
        folder, "status", "--porcelain", "--", "data/nlu"
    ):
        return ""
    name = author.replace("<", "").replace(">", "") or "entrenador"
    who = ["-c", f"user.name={name}", "-c", f"user.email={name if '@' in name else 'entrenador@localhost'}"]
    message = f"data: {reason or 'Cambios de los entrenadores'}"
    if _git(folder, *who, "commit", "--quiet", "--no-verify", "--message", message, "--only", "--", "data/nlu") is None:
        return ""
    return (_git(folder, "rev-parse", "--short", "HEAD") or "").strip()


def _git(folder: Path, *words: str) -> str | None:
    """What git says, or None when it refuses or is not there."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
