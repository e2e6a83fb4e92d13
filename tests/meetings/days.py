"""Made-up events: small ones for brute force, larger ones of the size of a real day."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

from hypothesis import strategies as st

from udsyn.meetings import Event, check, count_breaks


@st.composite
def tiny_events(draw: st.DrawFn) -> dict[str, Any]:
    """Up to five people, five meetings and five slots, with every core field in use."""
    slots, people = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    ids = [f"P{number}" for number in range(people)]
    some_slots = st.lists(st.integers(1, slots), max_size=2, unique=True)
    pairs = draw(st.lists(st.sampled_from([(a, b) for a in ids for b in ids if a < b]), min_size=1, max_size=5))
    early = draw(st.integers(0, slots))
    meetings: list[dict[str, Any]] = []
    for number, pair in enumerate(pairs):
        before = [meeting["id"] for meeting in meetings]
        meetings.append(
            {
                "id": f"M{number}",
                "participants": list(pair),
                "session": draw(st.sampled_from([None, None, "early", "late"])),
                "slot": draw(st.sampled_from([None, None, None, draw(st.integers(1, slots))])),
                "after": draw(st.lists(st.sampled_from(before), max_size=1)) if before else [],
            }
        )
    return {
        "slots": slots,
        "tables": draw(st.integers(1, 3)),
        "sessions": {"early": list(range(1, early + 1)), "late": list(range(early + 1, slots + 1))},
        "participants": [{"id": id_, "unavailable": draw(some_slots)} for id_ in ids],
        "meetings": meetings,
        "max_break_difference": draw(st.integers(0, 2)),
    }


def fewest_breaks(event: Event) -> int | None:
    """By trying every schedule; None where there is none."""
    ids = [meeting.id for meeting in event.meetings]
    sound = []
    for slots in product(range(1, event.slots + 1), repeat=len(ids)):
        schedule = dict(zip(ids, slots, strict=True))
        if not check(event, schedule):
            sound.append(count_breaks(event, schedule))
    return min(sound, default=None)


def day(seed: int, people: int = 20, meetings: int = 50, slots: int = 8, tables: int = 9) -> dict[str, Any]:
    """A generated matchmaking day on which everybody has at most `slots` meetings."""
    rng = random.Random(seed)
    wanted: list[tuple[int, int]] = []
    load = [0] * people
    while len(wanted) < meetings:
        a, b = sorted(rng.sample(range(people), 2))
        if (a, b) not in wanted and max(load[a], load[b]) < slots - 1:
            wanted.append((a, b))
            load[a], load[b] = load[a] + 1, load[b] + 1
    return {
        "slots": slots,
        "tables": tables,
        "sessions": {"morning": list(range(1, slots + 1))},
        "max_break_difference": 2,
        "participants": [{"id": f"P{number}", "unavailable": []} for number in range(people)],
        "meetings": [
            {"id": f"M{number}", "participants": [f"P{a}", f"P{b}"], "session": "morning", "slot": None, "after": []}
            for number, (a, b) in enumerate(wanted)
        ],
    }
