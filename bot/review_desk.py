"""The queue of doubtful messages: scrubbed, grouped, the gravest first; what people say of them becomes an example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz, process
from ulid import ULID

from bot import safety, scrub
from bot.certainty import ALARMS, NOT_UNDERSTOOD
from bot.errors import RuleBroken
from bot.examples import CONDUCT, Example, labelled, marked
from bot.folding import fold
from bot.neighbours import Neighbour
from bot.review import REASONS
from bot.scrub import PLACEHOLDER, Scrubber
from bot.store import Store, Tx
from bot.teaching import Teaching

#: Reviews looked at at once; the rest comes when these are done.
MOST = 1500
#: Per cent of equal letters from which messages are one group.
SAME = 85
#: What a mistake may cost, by what the message may be about.
ALARM_HARM, CONDUCT_HARM, OTHER_HARM = 10.0, 3.0, 1.0
#: Somebody took the trouble to say that it was wrong.
SAID_WRONG = 0.9
#: How much of its weight a message loses that stands in the examples word for word.
FAMILIAR = 0.6
OUT = "fuera_de_alcance"
VERDICTS = ("etiqueta", "fuera", "descartar")


@dataclass(frozen=True)
class Item:
    """One message to label, and those that are nearly the same.

    Attributes:
        turn_ids: of the whole group; the first is the one that is shown.
        intent, confidence: what the bot read then; intent is empty when it was not noted.
        answered, after: what the bot answered and what the person wrote next, scrubbed.
    """

    turn_ids: tuple[str, ...]
    text: str
    intent: str
    confidence: float
    reason: str
    marked_by: str
    at: datetime
    weight: float = 0.0
    near: tuple[Neighbour, ...] = ()
    answered: tuple[str, ...] = ()
    after: str = ""

    @property
    def id(self) -> str:
        return self.turn_ids[0]

    @property
    def why(self) -> str:
        return REASONS.get(self.reason, self.reason)


@dataclass(frozen=True)
class Label:
    """What a person says of a message.

    Attributes:
        verdict: `etiqueta`, `fuera` (not of here) or `descartar`.
        spans: (start, end, entity) in the scrubbed text.
        blind: said without having seen what another person said.
    """

    verdict: str
    intent: str = ""
    also: tuple[str, ...] = ()
    spans: tuple[tuple[int, int, str], ...] = ()
    blind: bool = False


@dataclass
class Agreement:
    """How often two people said the same of messages that the first one called `intent`."""

    intent: str
    pairs: int = 0
    agreed: int = 0
    disagreed: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.agreed / max(1, self.pairs)


class ReviewDesk:
    def __init__(self, store: Store, teaching: Teaching) -> None:
        self._store, self._teaching = store, teaching
        self._seen: dict[str, Item] = {}

    # --- looking -----------------------------------------------------------------------------------------------------

    def queue(self, status: str = "open") -> list[Item]:
        """Groups to label, by harm × uncertainty × novelty. Nothing private is in them."""
        with self._store.read() as tx:
            rows = tx.reviews(status, MOST)
        items = sorted((self._weighed(row) for row in rows), key=lambda item: -item.weight)
        return _grouped(items)

    def item(self, turn_id: str, status: str = "open") -> Item:
        """One group with what was said around it. Raises RuleBroken when somebody was faster."""
        item = next((item for item in self.queue(status) if turn_id in item.turn_ids), None)
        if item is None:
            raise RuleBroken("Ese mensaje ya no está en la cola: alguien lo revisó.")
        return self.with_surroundings(item)

    def count(self, status: str = "open") -> int:
        return len(self.queue(status))

    def _weighed(self, row: dict[str, Any]) -> Item:
        known = self._seen.get(row["turn_id"])
        if known and known.reason == row["reason"]:
            return known
        text = Scrubber().scrub(row["text"])
        near = tuple(self._teaching.neighbours.nearest(text, 8))
        item = Item(
            turn_ids=(row["turn_id"],),
            text=text,
            intent=row["intent"],
            confidence=row["confidence"],
            reason=row["reason"],
            marked_by=row["marked_by"],
            at=row["created_at"],
            near=near,
        )
        item = replace(item, weight=_harm(item) * _uncertainty(item) * _novelty(near))
        self._seen[row["turn_id"]] = item
        return item

    def with_surroundings(self, item: Item) -> Item:
        """With what was answered to it and said after it."""
        with self._store.read() as tx:
            conversation = tx.turn_conversation(item.id)
            answered, after = tx.replies_of(item.id), tx.said_after(conversation, item.id)
            text = (tx.review(item.id) or {}).get("text", "")
        scrubber = Scrubber()
        scrubber.scrub(text)  # so that the same name has the same number in what follows
        return replace(item, answered=tuple(map(scrubber.scrub, answered)), after=scrubber.scrub(after))

    # --- labelling ---------------------------------------------------------------------------------------------------

    def label(self, turn_id: str, label: Label, author: str, second: bool = False, sure: bool = False) -> str:
        """Say what a group is. Returns an id to undo it by. second: ask for another opinion.

        Raises RuleBroken: the example must not be taught like this, or the message is gone.
        """
        if label.verdict not in VERDICTS:
            raise RuleBroken("Di qué es el mensaje: una intención, «no es de aquí» o «descartar».")
        item = self.item(turn_id)
        label = replace(label, intent=OUT) if label.verdict == "fuera" else label
        example = None
        if label.verdict != "descartar":
            example = self._teach(item, label, author, sure)
        group = str(ULID())
        status = "second" if second else ("discarded" if label.verdict == "descartar" else "labelled")
        with self._store.begin() as tx:
            for id_ in item.turn_ids:
                _write(tx, group, id_, label, author, example.key if example and id_ == item.id else "")
                tx.set_review(id_, status=status)
        return group

    def undo(self, group: str, author: str) -> None:
        """As if it had not been said: the example goes, the messages are in the queue again."""
        with self._store.read() as tx:
            labels = tx.labels(group_id=group)
        if not labels:
            raise RuleBroken("Ya estaba deshecho.")
        for key in {label["example_key"] for label in labels} - {""}:
            self._teaching.delete(key, author, "se deshizo la etiqueta")
        with self._store.begin() as tx:
            tx.undo_labels(group)
            for label in labels:
                tx.set_review(label["turn_id"], status="open")

    def _teach(self, item: Item, label: Label, author: str, sure: bool) -> Example | None:
        """Write the example; one that is taught already needs no writing."""
        if not label.intent:
            raise RuleBroken("Falta la intención.")
        example = labelled(label.intent, example_text(item.text, label.spans), label.also)
        findings = self._teaching.checker.check(example)
        if any(finding.kind == "repetido" for finding in findings):
            return None
        return self._teaching.add(example, author, f"por revisar: {item.why}", sure)

    # --- second opinions ---------------------------------------------------------------------------------------------

    def waiting_for_second(self, author: str) -> list[Item]:
        """Messages on which another person asked for an opinion, without what that person said."""
        with self._store.read() as tx:
            own = {label["turn_id"] for label in tx.labels(author=author)}
        return [item for item in self.queue("second") if not own & set(item.turn_ids)]

    def second_opinion(self, turn_id: str, label: Label, author: str) -> bool:
        """Note a blind opinion; the example stays as the first one said. Returns whether they agree."""
        item = next((i for i in self.waiting_for_second(author) if turn_id in i.turn_ids), None)
        if item is None:
            raise RuleBroken("De ese mensaje no falta tu opinión.")
        label = replace(label, intent=OUT) if label.verdict == "fuera" else label
        with self._store.begin() as tx:
            first = tx.labels(turn_id=item.id)[0]
            group = str(ULID())
            for id_ in item.turn_ids:
                _write(tx, group, id_, replace(label, blind=True), author, "")
                tx.set_review(id_, status="discarded" if first["verdict"] == "descartar" else "labelled")
        return (first["verdict"], first["intent"]) == (label.verdict, label.intent)

    def agreement(self) -> list[Agreement]:
        """Per intent, the least agreed first."""
        with self._store.read() as tx:
            labels = tx.labels()
        first = {label["turn_id"]: label for label in reversed(labels) if not label["blind"]}
        found: dict[str, Agreement] = {}
        for second in (label for label in labels if label["blind"] and label["turn_id"] in first):
            one = first[second["turn_id"]]
            row = found.setdefault(one["intent"] or "descartar", Agreement(one["intent"] or "descartar"))
            row.pairs += 1
            if (one["verdict"], one["intent"]) == (second["verdict"], second["intent"]):
                row.agreed += 1
            else:
                row.disagreed.append((second["turn_id"], one["intent"], second["intent"]))
        return sorted(found.values(), key=lambda row: row.share)


def example_text(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    """A scrubbed text as an example: entities marked, and invented values where something was taken out."""
    parts: list[str] = []
    placed: list[tuple[int, int, str]] = []
    at = length = 0
    cuts = [(m.start(), m.end(), scrub.ENTITIES.get(m["kind"], "")) for m in PLACEHOLDER.finditer(text)]
    for start, end, entity in sorted([*spans, *(cut for cut in cuts if not _covered(cut, spans))]):
        if start < at or not start < end <= len(text):
            continue
        parts += [text[at:start], scrub.with_stand_ins(text[start:end])]
        length += start - at
        if entity:
            placed.append((length, length + len(parts[-1]), entity))
        length += len(parts[-1])
        at = end
    return marked("".join([*parts, text[at:]]), placed)


def _covered(cut: tuple[int, int, str], spans: Sequence[tuple[int, int, str]]) -> bool:
    return any(start < cut[1] and cut[0] < end for start, end, _ in spans)


def _write(tx: Tx, group: str, turn_id: str, label: Label, author: str, key: str) -> None:
    tx.add_label(
        group,
        turn_id,
        author=author,
        verdict=label.verdict,
        intent=label.intent,
        also=label.also,
        blind=label.blind,
        example_key=key,
    )


# --- what comes first ----------------------------------------------------------------------------------------------------


def _harm(item: Item) -> float:
    """What it would cost to be wrong, from what the message may be about."""
    if item.intent in ALARMS or safety.check(item.text):
        return ALARM_HARM
    votes = [(_cost(near.example.intent), near.likeness) for near in item.near[:5]] or [(OTHER_HARM, 1.0)]
    return max(_cost(item.intent), sum(cost * weight for cost, weight in votes) / sum(weight for _, weight in votes))


def _cost(intent: str) -> float:
    if intent in ALARMS:
        return ALARM_HARM
    return CONDUCT_HARM if intent.startswith(CONDUCT) else OTHER_HARM


def _uncertainty(item: Item) -> float:
    if item.reason not in ("duda", "no_entendio"):
        return SAID_WRONG
    return item.confidence if item.intent == NOT_UNDERSTOOD else 1.0 - item.confidence


def _novelty(near: tuple[Neighbour, ...]) -> float:
    return 1.0 - FAMILIAR * (near[0].likeness if near else 0.0)


def _grouped(items: list[Item]) -> list[Item]:
    """Nearly equal messages as one; how many there are makes them weigh more."""
    groups: list[list[Item]] = []
    heads: list[str] = []
    for item in items:
        folded = fold(PLACEHOLDER.sub(lambda m: m["kind"].lower(), item.text))
        same = process.extractOne(folded, heads, scorer=fuzz.ratio, score_cutoff=SAME)
        if same:
            groups[same[2]].append(item)
        else:
            groups.append([item])
            heads.append(folded)
    joined = [
        replace(group[0], turn_ids=tuple(i.id for i in group), weight=group[0].weight * (1 + 0.2 * (len(group) - 1)))
        for group in groups
    ]
    return sorted(joined, key=lambda item: -item.weight)


def reasons(items: list[Item]) -> Counter[str]:
    return Counter(item.why for item in items)
