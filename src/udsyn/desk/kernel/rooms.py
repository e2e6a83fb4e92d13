"""Rooms: what each adds to the desk, said once in one object, and the list of those that this desk has.

`settings.ROOMS` names the rooms' packages, in the order of the menu; each has a `room.py` with its `ROOM`. Nothing
registers itself: pages, inbox, feeds, handover, nightly work, gates and outgoing mail ask `rooms()` when they run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class InHand:
    """What is in a person's hands and passes on with a handover: a model, and which of its rows are still open."""

    model: Any
    person: str  #: its field for the person
    still_open: Mapping[str, Any] = field(default_factory=dict)


#: entries of the menu, in their order; a room stands under one of them
AREAS = {
    "partners": _("Partners and people"),
    "requests": _("Requests and knowledge"),
    "programmes": _("Programmes and money"),
    "exchange": _("Stays and events"),
    "checks": _("Checks"),
    "more": _("More"),
}


#: by whom the public site is entered
DOORS = {
    "researcher": _("I am a researcher"),
    "company": _("I am a company"),
    "results": _("I want to see what came of it"),
}


@dataclass(frozen=True)
class Page:
    """A page that the menu leads to, above the lists that stand under the same heading."""

    heading: Any
    label: Any
    url: str  #: its name
    who: Any = None  #: the rule that says for whom; without one, everybody
    doors: tuple[str, ...] = ()  #: those of `DOORS` that lead to it


@dataclass(frozen=True)
class Shown:
    """Something that everybody may know: a call, a centre, a day of meetings.

    The front page, a partner's page, the search for everybody and the feed of what is open are made of these. What has
    `closes` is open from `opens` (None: already) until then; anything else just stands.
    """

    kind: Any  #: the word for it, as on screen
    title: str
    url: str
    countries: tuple[str, ...] = ()  #: ISO codes of the partners it is about; none: of every partner
    opens: dt.datetime | None = None
    closes: dt.datetime | None = None
    words: str = ""  #: what else it is found by

    def is_open(self, now: dt.datetime) -> bool:
        return self.closes is not None and self.closes >= now and (self.opens is None or self.opens <= now)


@dataclass(frozen=True)
class Ties:
    """Where a room's ties come from: the kinds of instrument, and all that its rows have made, as `ties.Said`.

    `kinds` are the kinds of these rows; several rooms can say ties of one instrument, each of rows of its own.
    """

    instruments: tuple[str, ...]
    say: Callable[[], Iterable[Any]]
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Moment:
    """A day in the story of a partner: what happened, and the row that says so."""

    day: dt.date
    kind: Any
    title: str
    url: str = ""


@dataclass(frozen=True)
class Number:
    """The one number that matters to somebody: what it counts, its course as (label, value), and where it stands."""

    label: Any
    value: int
    url: str
    course: tuple[tuple[str, float], ...] = ()
    note: Any = ""  #: of how many, since when


@dataclass(frozen=True)
class Room:
    """Everything that a room adds. `needs` names the rooms whose code it imports; import-linter holds it to that."""

    name: str  #: the label of its app
    area: str = "more"  #: where it stands in the menu
    needs: tuple[str, ...] = ()
    help: str = "desk"  #: the page of the manual that is about it, `page` or `page#section`
    helps: Mapping[str, str] = field(default_factory=dict)  #: the same for some of its lists (slug) and pages (name)
    resources: tuple[Any, ...] = ()  #: `Resource`s: lists, forms, exports, API, search
    workflow: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)  #: a lifecycle's name → its transitions
    urls: tuple[Any, ...] = ()  #: pages of its own, below the language
    routes: tuple[Any, ...] = ()  #: addresses for programs, which have no language
    pages: tuple[Page, ...] = ()  #: those of them that the menu leads to
    panels: tuple[tuple[str, Callable[..., Any]], ...] = ()  #: (kind, what it adds to the pages of such rows)
    inbox: tuple[Any, ...] = ()  #: what waits for an actor: `Source`s; where it is little, (actor, day) → items
    story: Callable[[Any, Any], Iterable[Moment]] | None = None  #: (partner, actor) → what happened with them
    number: Callable[[Any, dt.date], Number | None] | None = None  #: (actor, day) → the number that matters to them
    feeds: tuple[Callable[[Any], Iterable[Any]], ...] = ()  #: what has a date for an actor
    in_hand: tuple[InHand, ...] = ()
    nightly: tuple[Callable[[], dict[str, Any]], ...] = ()  #: what a day brings: numbers, and sentences as `failed`
    fillers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)  #: a mail's kind of hole → who fills it
    left: Mapping[str, Callable[..., None]] = field(default_factory=dict)  #: the same → what begins when it has left
    opens: tuple[Callable[[], Iterable[Shown]], ...] = ()  #: what everybody may join while it is open
    shows: tuple[Callable[[], Iterable[Shown]], ...] = ()  #: what else everybody may know of this room
    public: tuple[tuple[str, Callable[..., Any]], ...] = ()  #: (public page, its `Panel` there): `partner`, `results`
    gates: tuple[tuple[str, Callable[[Any], Any]], ...] = ()  #: (gate, the reason why a row may not pass, or None)
    ties: tuple[Ties, ...] = ()  #: sources of the ledger of ties
    personal: tuple[Any, ...] = ()  #: `personal.Personal`: what it holds of people, how long
    dossier: Any = None  #: what it says to dossiers, as `dossiers.Says`
    witnesses: tuple[Callable[[Any, Any, Any, str], None], ...] = ()  #: (row, step, actor, reason), as it is decided
    #: (kind, state, what begins here when such a row comes into it)
    follows: tuple[tuple[str, str, Callable[[Any, Any], None]], ...] = ()
    welcomes: Callable[[], bool] | None = None  #: may strangers make themselves an account now? It has no role


def rooms() -> tuple[Room, ...]:
    """The rooms of this desk, each after those it needs. Raises LookupError where one is missing."""
    return load(tuple(settings.ROOMS))


@cache
def load(packages: tuple[str, ...]) -> tuple[Room, ...]:
    found: dict[str, Room] = {}
    for package in packages:
        room: Room = import_string(f"{package}.room.ROOM")
        if missing := set(room.needs) - set(found):
            raise LookupError(f"the room {room.name} needs {', '.join(sorted(missing))}: name them before it in ROOMS.")
        found[room.name] = room
    return tuple(found.values())


def transitions(lifecycle: str) -> tuple[Any, ...]:
    """What the rooms say may follow what in a life, by its name."""
    return tuple(step for room in rooms() for step in room.workflow.get(lifecycle, ()))


def come_into(row: Any, actor: Any) -> None:
    """A row has come into a state: begin what other rooms let follow from it, in the same transaction."""
    for room in rooms():
        for kind, state, begin in room.follows:
            if (kind, state) == (type(row).kind(), row.state):
                begin(row, actor)


def tie_kinds() -> tuple[str, ...]:
    """The kinds of rows that make ties."""
    return tuple(sorted({kind for room in rooms() for source in room.ties for kind in source.kinds}))


def filler_of(kind: str) -> Callable[..., Any] | None:
    """Who fills holes of this kind in mails that leave."""
    return next((room.fillers[kind] for room in rooms() if kind in room.fillers), None)


def has_left(message: Any) -> None:
    """Begin what a mail promised, now that it has left: the state that it asks for, the time to answer."""
    for run in message.below:
        for kind, begin in ((kind, begin) for room in rooms() for kind, begin in room.left.items()):
            if isinstance(run, dict) and kind == next(iter(run), ""):
                begin(message, run)
