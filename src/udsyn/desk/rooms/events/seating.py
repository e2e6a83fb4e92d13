"""Which table each meeting gets. Pure: what stood at a table and keeps its slot stays there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from udsyn.desk.rooms.events.problem import people_of

Seat = tuple[int, int]  #: number of the room, number of the table in it


def seats(halls: Mapping[int, int]) -> list[Seat]:
    """All tables of the rooms (room → its number of tables), in their order."""
    return [(hall, table) for hall, tables in halls.items() for table in range(1, tables + 1)]


def seat(made: Mapping[str, int], halls: Mapping[int, int], stood: Mapping[str, tuple[int, Seat]]) -> dict[str, Seat]:
    """A table for each meeting (pair → slot), where possible the one at which one of its people sat before.

    `stood` is where meetings stood until now: pair → slot and seat. Each slot must hold no more meetings than tables.
    """
    found: dict[str, Seat] = {}
    last: dict[int, Seat] = {}
    for slot in sorted(set(made.values())):
        here = [key for key, when in made.items() if when == slot]
        free = dict.fromkeys(seats(halls))
        for key in here:
            if stood.get(key, (0, (0, 0)))[0] == slot and stood[key][1] in free:
                found[key] = stood[key][1]
                free.pop(found[key])
        for key in sorted(set(here) - found.keys(), key=lambda key: (known(key, last) is None, people_of(key))):
            found[key] = first((known(key, last), *free), free)
            free.pop(found[key])
        last |= {number: found[key] for key in here for number in people_of(key)}
    return found


def known(key: str, last: Mapping[int, Seat]) -> Seat | None:
    return next((last[number] for number in people_of(key) if number in last), None)


def first(wanted: Iterable[Seat | None], free: Mapping[Seat, None]) -> Seat:
    return next(seat for seat in wanted if seat is not None and seat in free)
