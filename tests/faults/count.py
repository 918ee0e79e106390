"""What came of a run: messages in, turns answered, replies sent, complaints made; lost, doubled, out of order."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from bot.wiring import House
from tests.faults.people import IN_DANGER, People
from tests.faults.providers import Provider
from tests.faults.rasa import TOKEN, Tracker

READ = "Leí: "


@dataclass
class Counted:
    """What must be 0 is `lost`, `answered_twice`, `complaints_lost`, `complaints_doubled`, `out_of_order`, `danger_lost`.

    repeated: replies that the provider took twice: what was with it when a worker was killed, or when its answer was lost.
    """

    messages: int = 0
    turns: int = 0
    sent: int = 0
    complaints: int = 0
    lost: int = 0
    answered_twice: int = 0
    complaints_lost: int = 0
    complaints_doubled: int = 0
    out_of_order: int = 0
    repeated: int = 0
    danger: int = 0
    danger_lost: int = 0
    danger_repeated: int = 0
    notes: int = 0
    set_aside: int = 0
    unsent: int = 0
    danger_seconds: list[float] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    def wrong(self) -> list[str]:
        """Names of what must be 0 and is not."""
        zero = ("lost", "answered_twice", "complaints_lost", "complaints_doubled", "out_of_order", "danger_lost")
        return [name for name in (*zero, "set_aside", "unsent") if getattr(self, name)]


def count(people: People, provider: Provider, tracker: Tracker, house: House) -> Counted:
    counted = Counted(messages=people.count, danger=len(people.danger_at))
    _count_turns(counted, people, tracker)
    _count_replies(counted, people, provider)
    _count_complaints(counted, people, house)
    _count_danger(counted, people, provider)
    counted.set_aside = len(house.set_aside.rows())
    with house.store.read() as tx:
        counted.unsent = len(tx.due_channels())
    return counted


def _count_turns(counted: Counted, people: People, tracker: Tracker) -> None:
    turns = defaultdict(set)
    said = tracker.said()
    for token, turn_id in said:
        turns[token].add(turn_id)
    counted.turns = len({turn_id for _, turn_id in said})
    counted.answered_twice = len(said) - len(turns)
    _note(counted, "answered twice", [token for token, n in Counter(t for t, _ in said).items() if n > 1])


def _count_replies(counted: Counted, people: People, provider: Provider) -> None:
    replies: defaultdict[int, list[str]] = defaultdict(list)
    for chat, text in provider.heard:
        replies[chat].append(text)
    counted.sent = len(provider.sent)
    for chat, accepted in people.accepted.items():
        answers = [text for text in replies[chat] if text.startswith((READ, "Folio "))]
        counted.notes += len(replies[chat]) - len(answers)
        counted.repeated += len(answers) - len(set(answers)) + _notes_in_a_row(replies[chat])
        heard = list(dict.fromkeys(token for text in answers for token in TOKEN.findall(text)))
        missing = [token for token in accepted if token not in heard]
        counted.lost += len(missing)
        counted.out_of_order += sum(a != b for a, b in zip(heard, [t for t in accepted if t in heard], strict=False))
        _note(counted, "lost", missing)
        if heard != [token for token in accepted if token in heard]:
            _note(counted, "out of order", [f"{accepted} → {heard}"])


def _notes_in_a_row(texts: list[str]) -> int:
    """Of the notes that an answer will be late, those that follow another with no answer between them."""
    is_note = [not text.startswith((READ, "Folio ")) for text in texts]
    return sum(first and second for first, second in pairwise(is_note))


def _count_complaints(counted: Counted, people: People, house: House) -> None:
    cases = house.complaints.all()
    counted.complaints = len(cases)
    filed = Counter(token for case in cases for token in TOKEN.findall(case.facts.description))
    counted.complaints_doubled = sum(number - 1 for number in filed.values())
    counted.complaints_lost = len(people.complaining - filed.keys())
    _note(counted, "complaint lost", sorted(people.complaining - filed.keys()))


def _count_danger(counted: Counted, people: People, provider: Provider) -> None:
    heard = Counter(chat for chat, text in provider.heard if chat >= IN_DANGER and "911" in text)
    counted.danger_lost = sum(not heard[chat] for chat in people.danger_at)
    counted.danger_repeated = sum(max(0, heard[chat] - 1) for chat in people.danger_at)
    counted.danger_seconds = [
        max(0.0, provider.arrived_at[chat] - at) for chat, at in people.danger_at.items() if chat in provider.arrived_at
    ]


def _note(counted: Counted, what: str, found: list[str]) -> None:
    counted.examples += [f"{what}: {item}" for item in found[:3]]
