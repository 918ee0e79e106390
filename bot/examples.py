"""What the model learns from: `data/nlu/<intent>.yml`, read, searched and edited one example at a time.

Files are rewritten in place: comments, order and quotes stay, each example has one line, and a save without a change
gives the same bytes. An example that carries other conducts stands in the file's second block, with `tambien`. Ways of
asking about a right stand in `data/nlu/derechos/`, in blocks that name their entry of the catalogue (`derecho`).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from bot.config import ROOT
from bot.errors import RuleBroken
from bot.folding import fold
from bot.yaml_files import dumped, load, readable, save

FOLDER = ROOT / "data" / "nlu"
CONDUCT = "denunciar_"
#: Before the name of a right where it stands in the place of an intent.
RIGHT = "derecho:"
#: Longer than any message people write in a chat; what comes after is read by nobody.
LONGEST = 1000
ALSO_COMMENT = "llevan además otras conductas"
MARK = re.compile(r"\[(?P<text>[^\]]+)\](?:\((?P<entity>[^)]*)\)|\{[^}]*\})")


@dataclass(frozen=True)
class Example:
    """One training example.

    Attributes:
        marked: as it stands in the file, with entities as `[texto](entidad)`.
        also: conducts that it carries beside its intent.
        right: the entry of the catalogue that it asks for; then it teaches that alone, and not its intent.
    """

    intent: str
    marked: str
    also: tuple[str, ...] = ()
    right: str = ""

    @property
    def label(self) -> str:
        """What it teaches: an intent, or a right as `derecho:<entry>`."""
        return RIGHT + self.right if self.right else self.intent

    @cached_property
    def text(self) -> str:
        """What a person would have written."""
        return MARK.sub(lambda match: match["text"], self.marked)

    @cached_property
    def folded(self) -> str:
        """The text as it is compared with others."""
        return fold(self.text)

    @cached_property
    def key(self) -> str:
        """Names the example as long as nobody changes it."""
        return hashlib.sha256(f"{self.label}\0{self.marked}".encode()).hexdigest()[:16]

    @property
    def labels(self) -> set[str]:
        return {self.label, *self.also}

    @property
    def entities(self) -> list[tuple[str, str]]:
        """(text, entity) of each mark, in order."""
        return [(match["text"], match["entity"] or "") for match in MARK.finditer(self.marked)]


def labelled(label: str, marked: str, also: tuple[str, ...] = ()) -> Example:
    """An example of an intent, or of a right when the label is one (`Example.label`)."""
    if label.startswith(RIGHT):
        return Example("", marked, right=label.removeprefix(RIGHT))
    return Example(label, marked, tuple(name for name in also if name != label))


def marked(text: str, spans: list[tuple[int, int, str]]) -> str:
    """The text with entities marked. spans: (start, end, entity); of two that overlap the first one counts.

    Brackets a person wrote become parentheses: they would be read as marks.
    """
    parts, at = [], 0
    for start, end, entity in sorted(spans):
        end = start + len(text[start:end].rstrip())
        start = end - len(text[start:end].lstrip())
        if at <= start < end <= len(text):
            parts += [_plain(text[at:start]), f"[{_plain(text[start:end])}]({entity})"]
            at = end
    return tidy("".join([*parts, _plain(text[at:])]))


def tidy(text: str) -> str:
    """In one line, without invisible characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _plain(text: str) -> str:
    return text.translate(str.maketrans("[]{}", "()()"))


class Corpus:
    """All training examples of a folder.

    Raises:
        ConfigError: a file is not of the form that `rasa data validate` wants.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._read: dict[Path, tuple[int, list[Example]]] = {}

    def intents(self) -> list[str]:
        return sorted(path.stem for path in self.folder.glob("*.yml"))

    def conducts(self) -> list[str]:
        return [intent for intent in self.intents() if intent.startswith(CONDUCT)]

    def all(self) -> list[Example]:
        return [example for intent in self.intents() for example in self.of(intent)]

    def of(self, intent: str) -> list[Example]:
        """Examples of one intent in the order of its file."""
        return self._read_file(self._path(intent))

    def rights(self) -> list[str]:
        """Entries of the catalogue that questions are known of, in the order of their files."""
        return list(dict.fromkeys(example.right for example in self.phrasings()))

    def phrasings(self) -> list[Example]:
        """All ways of asking about a right."""
        return [example for path in self._right_files() for example in self._read_file(path)]

    def labelled(self, label: str) -> list[Example]:
        """Examples of an intent or of a right; all of both when the label is empty."""
        if not label:
            return [*self.all(), *self.phrasings()]
        if label.startswith(RIGHT):
            return [example for example in self.phrasings() if example.label == label]
        return self.of(label)

    def _read_file(self, path: Path) -> list[Example]:
        changed = path.stat().st_mtime_ns
        if path not in self._read or self._read[path][0] != changed:
            self._read[path] = (changed, _quick(path))
        return self._read[path][1]

    def find(self, key: str) -> Example:
        """Raises RuleBroken when somebody else changed or deleted it meanwhile."""
        for example in self.labelled(""):
            if example.key == key:
                return example
        raise RuleBroken("Ese ejemplo ya no está: alguien lo cambió. Vuelve a buscarlo.")

    def search(self, words: str, label: str = "") -> list[Example]:
        """Examples that hold all the words, whatever their accents."""
        wanted = fold(words).split()
        return [example for example in self.labelled(label) if all(word in example.folded for word in wanted)]

    # --- changes ---------------------------------------------------------------------------------------------------

    def add(self, example: Example) -> Example:
        """Write one more example. Raises RuleBroken when it is there already or is not of the right form."""
        example = self._checked(example)
        with self._open(example) as blocks:
            if any(example in _block_examples(block) for block in blocks):
                raise RuleBroken("Ese ejemplo ya está, con las mismas palabras.")
            _put(blocks, example)
        return example

    def change(self, key: str, new: Example) -> Example:
        """Put another text, other conducts or another intent in the place of an example."""
        old, new = self.find(key), self._checked(new)
        if new == old:
            return old
        if new.label != old.label:
            self.add(new)
            self.delete(old.key)
            return new
        with self._open(old) as blocks:
            _replace(blocks, old, new)
        return new

    def move(self, key: str, label: str) -> Example:
        old = self.find(key)
        return self.change(key, labelled(label, old.marked, old.also))

    def delete(self, key: str) -> Example:
        old = self.find(key)
        with self._open(old) as blocks:
            _replace(blocks, old, None)
        return old

    def _checked(self, example: Example) -> Example:
        self._file_of(example)
        unknown = [name for name in example.also if name not in self.conducts()]
        if unknown:
            raise RuleBroken(f"No hay una conducta que se llame {unknown[0]}.")
        line = tidy(example.marked)
        if not fold(line) and not any(c.isprintable() and not c.isspace() for c in line):
            raise RuleBroken("El ejemplo está vacío.")
        if len(line) > LONGEST:
            raise RuleBroken(f"El ejemplo es demasiado largo: lo más son {LONGEST} letras.")
        if example.right:
            known = next(other for other in self.phrasings() if other.right == example.right)
            return replace(known, marked=tidy(example.text))
        also = tuple(dict.fromkeys(name for name in example.also if name != example.intent))
        return replace(example, marked=line, also=also)

    def _file_of(self, example: Example) -> Path:
        if not example.right:
            return self._path(example.intent)
        for path in self._right_files():
            if any(other.right == example.right for other in self._read_file(path)):
                return path
        raise RuleBroken(f"No hay una respuesta sobre derechos que se llame {example.right}.")

    def _right_files(self) -> list[Path]:
        return sorted((self.folder / "derechos").glob("*.yml"))

    def _path(self, intent: str) -> Path:
        path = self.folder / f"{intent}.yml"
        if not re.fullmatch(r"[a-z_]+", intent) or not path.is_file():
            raise RuleBroken(f"No hay una intención que se llame {intent}.")
        return path

    @contextlib.contextmanager
    def _open(self, example: Example) -> Iterator[CommentedSeq]:
        """The blocks of the file where an example belongs, written back at the end; one writer at a time."""
        path = self._file_of(example)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            document = _load(path)
            yield document["nlu"]
            save(document, path)


# --- one file ------------------------------------------------------------------------------------------------------------


def _quick(path: Path) -> list[Example]:
    """Only what it says, without what a rewrite must keep; four times as fast."""
    with readable(path):
        return list(_examples(yaml.load(path.read_text(), Loader=yaml.CSafeLoader)))


def _load(path: Path) -> CommentedMap:
    with readable(path):
        document = load(path)
        list(_examples(document))
        return document


def rewritten(path: Path) -> str:
    """What a save without a change would write."""
    return dumped(_load(path), path.read_text())


def _examples(document: Any) -> Iterator[Example]:
    for block in document["nlu"]:
        yield from _block_examples(block)


def _block_examples(block: CommentedMap) -> Iterator[Example]:
    if isinstance(block["examples"], str):
        right = _right_of(block)
        yield from (Example(block["intent"], line, right=right) for line in _lines(block))
        return
    for item in block["examples"]:
        yield _item_example(block, item)


def _right_of(block: CommentedMap) -> str:
    return str((block.get("metadata") or {}).get("derecho", ""))


def _item_example(block: CommentedMap, item: CommentedMap) -> Example:
    also = (item.get("metadata") or {}).get("tambien") or ()
    return Example(block["intent"], str(item["text"]).strip(), tuple(str(name) for name in also))


def _lines(block: CommentedMap) -> list[str]:
    return [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]


def _set_lines(block: CommentedMap, lines: list[str]) -> None:
    old = block["examples"]
    new = LiteralScalarString("".join(f"- {line}\n" for line in lines))
    if hasattr(old, "comment"):
        new.comment = old.comment  # what stands after the block hangs on the block
    block["examples"] = new


def _put(blocks: CommentedSeq, example: Example) -> None:
    """At the end of the block for its form, which is made when there is none."""
    if not example.also:
        for block in blocks:
            if isinstance(block["examples"], str) and _right_of(block) == example.right:
                _set_lines(block, [*_lines(block), example.marked])
                return
        blocks.insert(0, CommentedMap(intent=example.intent, examples=LiteralScalarString(f"- {example.marked}\n")))
        return
    for block in blocks:
        if not isinstance(block["examples"], str):
            block["examples"].append(_item(example))
            return
    blocks.append(CommentedMap(intent=example.intent, examples=CommentedSeq([_item(example)])))
    _say_before_last(blocks, ALSO_COMMENT)


def _say_before_last(blocks: CommentedSeq, comment: str) -> None:
    """An empty line and a comment before the last block, where the block before it ends."""
    lines = blocks[-2]["examples"] if len(blocks) > 1 else None
    if isinstance(lines, str):
        _set_lines(blocks[-2], _lines(blocks[-2]))
        blocks.yaml_set_comment_before_after_key(len(blocks) - 1, before=f"\n{comment}", indent=2)


def _item(example: Example) -> CommentedMap:
    """`{text: "…", metadata: {tambien: [a, b]}}` in one line."""
    item = CommentedMap(text=DoubleQuotedScalarString(example.marked))
    if example.also:
        item["metadata"] = _in_one_line(CommentedMap(tambien=_in_one_line(CommentedSeq(example.also))))
    return _in_one_line(item)


def _in_one_line(node: Any) -> Any:
    node.fa.set_flow_style()
    return node


def _replace(blocks: CommentedSeq, old: Example, new: Example | None) -> None:
    """Put `new` where `old` stands, or in the block for its form; None deletes."""
    for number, block in enumerate(blocks):
        found = list(_block_examples(block))
        if old not in found:
            continue
        index = found.index(old)
        stays = new is not None and isinstance(block["examples"], str) == (not new.also)
        if stays and new is not None:
            _set_in(block, index, new)
            return
        if len(found) == 1 and new is None and (len(blocks) == 1 or old.right):
            raise RuleBroken("Es el último ejemplo de su clase: agrega otro antes de borrarlo.")
        _drop(blocks, number, index)
        if new is not None:
            _put(blocks, new)
        return
    raise RuleBroken("Ese ejemplo ya no está: alguien lo cambió. Vuelve a buscarlo.")


def _set_in(block: CommentedMap, index: int, new: Example) -> None:
    if isinstance(block["examples"], str):
        lines = _lines(block)
        lines[index] = new.marked
        _set_lines(block, lines)
    else:
        block["examples"][index] = _item(new)


def _drop(blocks: CommentedSeq, number: int, index: int) -> None:
    block: Any = blocks[number]
    if len(list(_block_examples(block))) == 1:
        del blocks[number]
    elif isinstance(block["examples"], str):
        lines = _lines(block)
        del lines[index]
        _set_lines(block, lines)
    else:
        del block["examples"][index]
