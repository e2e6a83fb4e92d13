"""Re-planning held against enumeration: nothing locked moves, and no schedule moves or drops fewer meetings."""

from __future__ import annotations

import itertools
import random

import pytest

from udsyn.meetings.check import check
from udsyn.meetings.event import Event, Meeting, Participant, Priority
from udsyn.meetings.replan import replan


def drawn(rng: random.Random) -> tuple[Event, dict[str, int], list[str], list[str]]:
    """A small confirmed day, who cancels and who suddenly is away, what is locked, and a meeting that is new."""
    slots, tables, people = rng.randint(2, 4), rng.randint(1, 2), rng.randint(4, 5)
    pairs = rng.sample(list(itertools.combinations(range(people), 2)), rng.randint(3, 5))
    confirmed: dict[str, int] = {}
    for one, other in pairs[:-1]:
        for slot in rng.sample(range(1, slots + 1), slots):
            there = [key for key, when in confirmed.items() if when == slot]
            if len(there) < tables and not any({str(one), str(other)} & set(key.split("-")) for key in there):
                confirmed[f"{one}-{other}"] = slot
                break
    locked = [key for key in confirmed if rng.random() < 0.25]
    held = {number for key in locked for number in key.split("-")}
    free = [str(n) for n in range(people) if str(n) not in held]
    gone = rng.sample(free, min(len(free), rng.randint(0, 1)))
    away = {n: frozenset(rng.sample(range(1, slots + 1), rng.randint(0, 2))) for n in free}
    wanted = [*confirmed, f"{pairs[-1][0]}-{pairs[-1][1]}"]
    event = Event(
        slots=slots,
        tables=tables,
        participants=tuple(Participant(str(n), away.get(str(n), frozenset())) for n in range(people)),
        meetings=tuple(
            Meeting(key, tuple(key.split("-")), priority=Priority.MUST if key in locked else Priority.LIKE)
            for key in dict.fromkeys(wanted)
        ),
    )
    return event, confirmed, locked, gone


def fewest_moves(event: Event, confirmed: dict[str, int], locked: list[str], gone: list[str]) -> int:
    """Every schedule of the meetings that can still be, tried; how few confirmed ones move or fall out."""
    away = {one.id: one.unavailable for one in event.participants}
    keys = [one.id for one in event.meetings if not set(one.participants) & set(gone)]
    kept = [key for key in keys if key in confirmed]
    best = len(kept) + 1
    for places in itertools.product(range(event.slots + 1), repeat=len(keys)):  # 0: does not take place
        plan = dict(zip(keys, places, strict=True))
        if any(plan[key] != confirmed[key] for key in locked):
            continue
        moved = sum(plan[key] != confirmed[key] for key in kept)
        if moved < best and sound(plan, away, event.tables):
            best = moved
    return best


def sound(plan: dict[str, int], away: dict[str, frozenset[int]], tables: int) -> bool:
    for slot in set(plan.values()) - {0}:
        here = [key.split("-") for key, when in plan.items() if when == slot]
        people = [number for pair in here for number in pair]
        if len(here) > tables or len(set(people)) < len(people) or any(slot in away[number] for number in people):
            return False
    return True


def hold_against_enumeration(cases: int) -> int:
    rng, forced = random.Random(24), 0
    for _ in range(cases):
        event, confirmed, locked, gone = drawn(rng)
        change = replan(event, confirmed, 20.0, without=gone, locked=locked)
        new = change.answer.schedule
        assert change.answer.status == "optimal"
        assert not check(change.event, new)
        assert all(new[key] == confirmed[key] for key in locked)
        still = [key for key in confirmed if not set(key.split("-")) & set(gone)]
        moved = sum(new.get(key) != confirmed[key] for key in still)
        assert moved == change.answer.goals.get("moved", 0) == fewest_moves(event, confirmed, locked, gone)
        forced += moved > 0
    return forced


def test_few_small_days_move_as_little_as_can_be():
    assert hold_against_enumeration(30) > 5


@pytest.mark.prove
def test_300_small_days_move_as_little_as_can_be():
    assert hold_against_enumeration(300) > 60
