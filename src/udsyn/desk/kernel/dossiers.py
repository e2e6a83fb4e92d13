"""What is decided upon, and what the rooms know of it: promised, done, said, what it cost, and which ties were made.

A room says in its `Room.dossier` which of its rows are decided upon (`Subject`), what it knows of rows of a kind,
which of its rows were done under one, and what its rows cost. `came` counts what followed from a set of ties.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from udsyn.desk.kernel.finds import CONFIRMED, FOUND, STRUCK, Find
from udsyn.desk.kernel.permissions import NOTHING
from udsyn.desk.kernel.rooms import rooms
from udsyn.desk.kernel.ties import CANCELLED, MADE, NAMED, PERSON, REFUSED, Tie

PROMISED, DONE, TOLD = "promised", "done", "told"  #: parts of a dossier to which rooms add lines
OLD = dt.timedelta(days=2 * 365)  #: a younger tie says nothing yet about whether it lasts
JOINT = "both"  #: the evidence of a joint work; one that only cites the other, or names a grant, is none
OFTEN = 2  #: different joint works after a tie that lasted


@dataclass(frozen=True)
class Line:
    """One line of a part: what, how it stands, and a page that shows it. An empty value is not known."""

    part: str
    what: Any
    value: Any = ""
    detail: Any = ""
    address: str = ""


@dataclass(frozen=True)
class Cost:
    """What one thing cost that was done with an instrument. None is not known, and never zero."""

    instrument: str
    kind: str  #: of the row that cost it
    object_id: int
    date: dt.date | None
    country: str = ""  #: the partner's, ISO-2; empty where its ties say it
    money: Decimal | None = None
    currency: str = ""
    hours: float | None = None


@dataclass(frozen=True)
class Judged:
    """What the record's joint works of both countries can be judged of: what the question is called, whom with, and
    from when."""

    question: str
    country: Callable[[Any], str]
    begun: Callable[[Any], dt.date | None]


@dataclass(frozen=True)
class Subject:
    """A kind of row that is decided upon.

    With `country` and `since` its dossier shows all ties with that partner from that day on; without, those of the
    rows that were done under it.
    """

    kind: str
    instrument: Callable[[Any], str]  #: whose theory of change a row follows
    options: Callable[[Any], Iterable[Any]]
    country: Callable[[Any], str] | None = None
    since: Callable[[Any], dt.date | None] = lambda row: None
    joint: Judged | None = None
    by_step: bool = False  #: decided by a step of its life; otherwise the decision is written down on the dossier


@dataclass(frozen=True)
class Says:
    """What a room says to dossiers."""

    subjects: tuple[Subject, ...] = ()
    knows: tuple[
        tuple[str, Callable[[Any, dt.date], Iterable[Line]]], ...
    ] = ()  #: (kind, or "" for any; what it knows)
    under: tuple[tuple[str, Callable[[Any], Mapping[str, Any]]], ...] = ()  #: (kind, rows done under it: kind → ids)
    costs: Callable[[], Iterable[Cost]] | None = None


def said() -> list[Says]:
    return [room.dossier for room in rooms() if room.dossier is not None]


def subjects() -> dict[str, Subject]:
    """The kinds of rows that are decided upon."""
    return {subject.kind: subject for says in said() for subject in says.subjects}


def lines(row: Any, today: dt.date) -> list[Line]:
    """What all rooms know of a row."""
    kind = type(row).kind()
    return [line for says in said() for of, know in says.knows if of in (kind, "") for line in know(row, today)]


def done_under(row: Any) -> dict[str, set[int]]:
    """The rows that were done under a row, itself among them: kind → ids."""
    kind = type(row).kind()
    found: dict[str, set[int]] = {kind: {row.pk}}
    for tell in (tell for says in said() for of, tell in says.under if of == kind):
        for name, ids in tell(row).items():
            found.setdefault(name, set()).update(ids)
    return found


@dataclass(frozen=True)
class Scope:
    """Which ties and costs a dossier is about."""

    ties: Q
    holds: Callable[[Cost], bool]


def everything() -> Scope:
    return Scope(Q(), lambda cost: True)


def with_partner(code: str, since: dt.date | None) -> Scope:
    """All that was done with a partner from a day on."""
    ties = Q(a_country=code) | Q(b_country=code)
    begun = Q(date__gte=since) if since else Q()
    made = set(Tie.objects.filter(ties & begun).values_list("kind", "object_id"))

    def holds(cost: Cost) -> bool:
        own = cost.country == code and (since is None or not_before(cost, since))
        return own or (not cost.country and (cost.kind, cost.object_id) in made)

    return Scope(ties & begun, holds)


def not_before(cost: Cost, day: dt.date) -> bool:
    return cost.date is not None and cost.date >= day


def scope_of(row: Any) -> Scope:
    """What was done under a row, and, where its subject has a partner, with that partner since."""
    subject = subjects()[type(row).kind()]
    ids = done_under(row)
    own = reduce(or_, (Q(kind=kind, object_id__in=some) for kind, some in ids.items()), NOTHING)

    def holds(cost: Cost) -> bool:
        return cost.object_id in ids.get(cost.kind, ())

    if subject.country is None:
        return Scope(own, holds)
    partner = with_partner(subject.country(row), subject.since(row))
    return Scope(own | partner.ties, lambda cost: holds(cost) or partner.holds(cost))


def costs(scope: Scope) -> list[Cost]:
    """What the rooms say that it cost."""
    return [cost for says in said() if says.costs is not None for cost in says.costs() if scope.holds(cost)]


COUNTED = (
    "made", "refused", "cancelled", "pairs", "asked", "new", "old", "lasting", "wrote", "confirmed", "struck",
    "waiting", "named",
)  # fmt: skip


@dataclass
class Came:
    """What followed from ties of one instrument. Pairs of people are followed; each counts once, from its first tie."""

    made: int = 0
    refused: int = 0
    cancelled: int = 0
    pairs: int = 0  #: of people, brought together
    asked: int = 0  #: of them, those of whom the record was asked
    new: int = 0  #: of these, without a joint work before
    old: int = 0  #: of these, brought together long enough ago to tell whether it lasts
    lasting: int = 0  #: of the old ones, with several works after
    wrote: int = 0  #: of those asked, with a joint work after
    works: int = 0  #: different joint ones, struck ones left out
    confirmed: int = 0  #: finds that people confirmed
    struck: int = 0
    waiting: int = 0
    named: int = 0  #: joint works of which one side is known by its name only
    first: dt.date | None = None
    first_pair: dt.date | None = None  #: when the first two people were brought together
    found: set[str] = field(default_factory=set)  #: these works

    @property
    def not_asked(self) -> int:
        return self.pairs - self.asked

    @property
    def young(self) -> int:
        return self.asked - self.old


def together(parts: Iterable[Came]) -> Came:
    """What came of several instruments as one; a pair that two of them brought together counts at both."""
    whole = Came()
    for one in parts:
        for name in COUNTED:
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        whole.found |= one.found
        whole.first = min(filter(None, (whole.first, one.first)), default=None)
        whole.first_pair = min(filter(None, (whole.first_pair, one.first_pair)), default=None)
    whole.works = len(whole.found)
    return whole


def came(scope: Scope, today: dt.date) -> dict[str, Came]:
    """Instrument → what came of its ties, in two queries."""
    found: dict[str, Came] = {}
    statuses = {MADE: "made", REFUSED: "refused", CANCELLED: "cancelled"}
    ties = Tie.objects.filter(scope.ties, status__in=statuses).order_by("date", "pk")
    names = ("pk", "instrument", "status", "level", "kind", "object_id", "key", "date", "before")
    first: dict[tuple[str, str], tuple[dt.date, int | None]] = {}
    pair_of: dict[int, tuple[str, str]] = {}
    counted: set[tuple[str, str, str, int]] = set()
    for pk, instrument, status, level, kind, row, key, day, before in ties.values_list(*names):
        one = found.setdefault(instrument, Came(first=day))
        thing = (instrument, status, kind, row)
        if thing not in counted:
            counted.add(thing)
            setattr(one, statuses[status], getattr(one, statuses[status]) + 1)
        if status == MADE and level == PERSON:
            pair_of[pk] = (instrument, key)
            first.setdefault((instrument, key), (day, before))
    works: dict[tuple[str, str], set[str]] = {}
    finds = Find.objects.filter(tie__in=Tie.objects.filter(scope.ties, status=MADE, level=PERSON))
    asked = ("tie_id", "what", "ident", "state", "evidence", "sure")
    for tie, what, ident, state, evidence, sure in finds.values_list(*asked):
        pair = pair_of[tie]
        one = found[pair[0]]
        if state in (FOUND, CONFIRMED) and what == "work" and evidence == JOINT:
            one.found.add(ident)
            one.named += sure == NAMED
            works.setdefault(pair, set()).add(ident)
        one.confirmed += state == CONFIRMED
        one.struck += state == STRUCK
        one.waiting += state == FOUND
    for (instrument, key), (day, before) in first.items():
        one, wrote = found[instrument], len(works.get((instrument, key), ()))
        old = before is not None and day <= today - OLD
        one.first_pair = min(one.first_pair or day, day)
        one.pairs += 1
        one.asked += before is not None
        one.new += before == 0
        one.wrote += before is not None and wrote > 0
        one.old += old
        one.lasting += old and wrote >= OFTEN
    for one in found.values():
        one.works = len(one.found)
    return found
