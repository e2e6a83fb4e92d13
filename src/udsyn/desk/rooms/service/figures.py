"""Key figures of the centres' service, computed from the log and never typed in.

Each figure has a numerator, a denominator of those of whom it is known, and the number of those of whom it is not
(missing). The cohort is the requests received in a period, whatever happened to them since. Definitions stand beside
the figures, here and on every page and report.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel import remembering
from udsyn.desk.kernel.models import File
from udsyn.desk.rooms.parties.models import Organisation
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service.models import (
    ANSWER_DAYS,
    STEPS,
    THEMES,
    FollowUp,
    Introduction,
    Outcome,
    Request,
    Step,
)

OLD_ENOUGH = dt.timedelta(days=90)  #: after this an outcome can be expected; younger requests say nothing about it
YEAR = dt.timedelta(days=365)
OF_OLD = _(
    "Requests of one to three years ago with a confirmed outcome, of those taken up of which it is known; missing: "
    "introduced and no follow-up answered, or too young to tell."
)
FEW = 5  #: a public page shows no share of fewer
DECIDED = ("accepted", "declined", "redirected", "withdrawn")
FIRST_ANSWER = ("accepted", "declined", "redirected", "contact")
#: lines of the log that no figure asks for
UNASKED = ("listed", "chosen", "closed", "followup_silent", "outcome", "outcome_back", "reopened")
ASKED = tuple(code for code, _label in STEPS if code not in UNASKED)
NONE: frozenset[int] = frozenset()


@dataclass
class Case:
    """One request with its log, as the figures read it."""

    centre: int | None
    theme: str
    client_type: str
    received: dt.datetime
    steps: list[tuple[str, dt.datetime, int | None, str, int | None]] = field(default_factory=list)
    outcomes: list[tuple[str, bool]] = field(default_factory=list)  #: additionality, has evidence
    satisfied: list[str] = field(default_factory=list)  #: of follow-ups that were asked; empty where not said
    dyads: list[bool | None] = field(default_factory=list)  #: new, not new, or unknown
    fresh: bool = False  #: too young for an outcome

    def __post_init__(self) -> None:
        """Read the log once: every figure asks it."""
        self.begun: dict[str, dt.datetime] = {}
        self.about: dict[tuple[str, str | None], set[int]] = defaultdict(set)
        self.contacts: list[tuple[dt.datetime, int | None]] = []
        for what, at, about, detail, minutes in self.steps:
            if what not in self.begun or at < self.begun[what]:
                self.begun[what] = at
            if what == "contact":
                self.contacts.append((at, minutes))
            if about:
                self.about[what, None].add(about)
                self.about[what, detail].add(about)

    def which(self, what: str, detail: str | None = None) -> AbstractSet[int]:
        """Ids that steps of this kind are about."""
        return self.about.get((what, detail), NONE)

    def has(self, *whats: str) -> bool:
        return not self.begun.keys().isdisjoint(whats)

    def first(self, *whats: str) -> dt.datetime | None:
        found = [self.begun[what] for what in whats if what in self.begun]
        return min(found) if found else None


@dataclass(frozen=True)
class Figure:
    """One key figure. `value` is a share, a count, days or hours, None where nothing is known."""

    code: str
    label: Any
    definition: Any
    unit: str  #: count, share, days, hours
    numerator: float | None
    denominator: int | None
    missing: int | None
    value: float | None

    @property
    def missing_share(self) -> float | None:
        """Of all of whom it should be known."""
        if self.missing is None or self.denominator is None or not self.denominator + self.missing:
            return None
        return self.missing / (self.denominator + self.missing)


Answer = tuple[float | None, int | None, int | None, float | None]


def share(numerator: int, known: int, missing: int = 0) -> Answer:
    return numerator, known, missing, numerator / known if known else None


def received(cases: Sequence[Case]) -> Answer:
    return len(cases), None, None, len(cases)


def taken_up(cases: Sequence[Case]) -> Answer:
    known = [case for case in cases if case.has(*DECIDED)]
    return share(sum(case.has("accepted") for case in known), len(known), len(cases) - len(known))


def in_time(cases: Sequence[Case]) -> Answer:
    first = [(case.received, case.first(*FIRST_ANSWER)) for case in cases]
    known = [(begun, done) for begun, done in first if done is not None]
    quick = sum(done - begun <= dt.timedelta(days=ANSWER_DAYS) for begun, done in known)
    return share(quick, len(known), len(cases) - len(known))


def referred(cases: Sequence[Case]) -> Answer:
    known = [case for case in cases if case.has(*DECIDED)]
    return share(sum(case.has("redirected") for case in known), len(known), len(cases) - len(known))


def introduced(cases: Sequence[Case]) -> Answer:
    asked = agreed = ended = 0
    for case in cases:
        these = case.which("asked")
        asked += len(these)
        agreed += len(these & case.which("agreed"))
        over = case.which("refused") | case.which("silent") | case.which("withdrawn")
        ended += len((these & over) - case.which("agreed"))
    return share(agreed, agreed + ended, asked - agreed - ended)


def silence(cases: Sequence[Case]) -> Answer:
    """The same introductions, those that ended in silence."""
    _agreed, known, missing, _value = introduced(cases)
    silent = sum(len(case.which("asked") & case.which("silent") - case.which("agreed")) for case in cases)
    return share(silent, known or 0, missing or 0)


def have_met(cases: Sequence[Case]) -> Answer:
    met = known = missing = 0
    for case in cases:
        agreed, these = case.which("agreed"), case.which("met")
        met += len(agreed & these)
        told = case.has("followup_answered")
        known += len(agreed) if told else len(agreed & these)
        missing += 0 if told else len(agreed - these)
    return share(met, known, missing)


def new_pairs(cases: Sequence[Case]) -> Answer:
    pairs = [new for case in cases for new in case.dyads]
    known = [new for new in pairs if new is not None]
    return share(sum(known), len(known), len(pairs) - len(known))


def followed_up(days: int) -> Callable[[Sequence[Case]], Answer]:
    def within(cases: Sequence[Case]) -> Answer:
        asked = sum(len(case.which("followup_asked", str(days))) for case in cases)
        answered = sum(len(case.which("followup_answered", str(days))) for case in cases)
        return answered, asked, asked - answered, answered / asked if asked else None

    return within


def satisfied(cases: Sequence[Case]) -> Answer:
    said = [word for case in cases for word in case.satisfied]
    return share(said.count("yes"), len(said) - said.count(""), said.count(""))


def with_outcome(cases: Sequence[Case]) -> Answer:
    up = [case for case in cases if case.has("accepted")]
    old = [case for case in up if not case.fresh]
    came = [case for case in old if case.outcomes]
    unknown = [case for case in old if not case.outcomes and case.has("agreed") and not case.has("followup_answered")]
    known = len(old) - len(unknown)
    return share(len(came), known, len(up) - known)


def evidenced(cases: Sequence[Case]) -> Answer:
    shown = [evidence for case in cases for _word, evidence in case.outcomes]
    return share(sum(shown), len(shown))


def additional(cases: Sequence[Case]) -> Answer:
    words = [word for case in cases for word, _evidence in case.outcomes]
    unknown = words.count("unknown")
    return share(words.count("would_not"), len(words) - unknown, unknown)


def days_to_introduction(cases: Sequence[Case]) -> Answer:
    up = [case for case in cases if case.has("accepted")]
    days = [(first - case.received).total_seconds() / 86_400 for case in up if (first := case.first("agreed"))]
    return None, len(days), len(up) - len(days), median(days) if days else None


def hours(after: str, before: str) -> Callable[[Sequence[Case]], Answer]:
    """Hours of work logged between the first step of one kind and the first of another."""

    def logged(cases: Sequence[Case]) -> Answer:
        minutes: list[int | None] = []
        for case in cases:
            begun, ended = case.first(after), case.first(before)
            if begun is not None:
                minutes += [m for at, m in case.contacts if at >= begun and (ended is None or at < ended)]
        known = [m for m in minutes if m is not None]
        return sum(known) / 60, len(known), len(minutes) - len(known), sum(known) / 60 if known else None

    return logged


#: code, label, definition, unit, how it is computed
FIGURES: tuple[tuple[str, Any, Any, str, Callable[[Sequence[Case]], Answer]], ...] = (
    ("received", _("requests received"),
     _("Requests received in the period. One that is passed on counts at each centre."), "count", received),
    ("taken_up", _("taken up"),
     _("Requests taken up, of those decided on; missing: not decided yet."), "share", taken_up),
    ("in_time", _("answered within a week"),
     _("Requests with a first answer within seven days, of those answered; missing: not answered yet."),
     "share", in_time),
    ("referred", _("passed to another centre"), _("Requests passed on, of those decided on; missing: not decided yet."),
     "share", referred),
    ("introduced", _("introductions made"),
     _("Introductions to which both said yes, of candidates asked; missing: still waiting."), "share", introduced),
    ("silence", _("ended in silence"),
     _("Introductions that the candidate did not answer, of candidates asked; missing: still waiting."),
     "share", silence),
    ("met", _("have met"),
     _("Introduced pairs who met, of those known; missing: no meeting noted and no follow-up answered."),
     "share", have_met),
    ("new_pairs", _("new pairs"),
     _("Introductions of two organisations that no centre had introduced before; missing: an organisation is unknown."),
     "share", new_pairs),
    ("followup_30", _("follow-up after 30 days answered"),
     _("Answers, of clients asked after 30 days; missing: no answer."), "share", followed_up(30)),
    ("followup_90", _("follow-up after 90 days answered"),
     _("Answers, of clients asked after 90 days; missing: no answer."), "share", followed_up(90)),
    ("satisfied", _("found the help useful"),
     _("Clients who say the help was useful, of those who say; missing: asked and did not say."), "share", satisfied),
    ("outcome", _("with an outcome"),
     _("Requests with a confirmed outcome, of those taken up; missing: younger than 90 days, or introduced and no "
       "follow-up answered."),
     "share", with_outcome),
    ("evidence", _("outcomes with evidence"), _("Confirmed outcomes with an address or a file that shows it."),
     "share", evidenced),
    ("additional", _("would not have come otherwise"),
     _("Outcomes that the client says would not have come without the centre, of those known; missing: not said."),
     "share", additional),
    ("days", _("days to the first introduction"),
     _("Median days from receipt to the first introduction; missing: taken up and not introduced."),
     "days", days_to_introduction),
    ("hours_scoping", _("hours until the need was clear"),
     _("Hours logged before the need was clear; missing: contacts without minutes."), "hours",
     hours("received", "scoped")),
    ("hours_search", _("hours of search and introduction"),
     _("Hours logged from then to the first introduction; missing: contacts without minutes."), "hours",
     hours("scoped", "agreed")),
    ("hours_after", _("hours of follow-up"),
     _("Hours logged after the first introduction; missing: contacts without minutes."), "hours",
     hours("agreed", "never")),
)  # fmt: skip


#: what a public page shows of a centre, and the lines of the log from which it is computed
WORK = ("received", "taken_up", "in_time", "introduced")
WORK_STEPS = {"received", *DECIDED, *FIRST_ANSWER, "asked", "agreed", "refused", "silent"}
OUTCOME_STEPS = {"received", "accepted", "agreed", "followup_answered"}


def compute(cases: Sequence[Case], only: Collection[str] = ()) -> list[Figure]:
    """All key figures of some cases, or only those with these codes."""
    wanted = [row for row in FIGURES if not only or row[0] in only]
    return [Figure(code, label, said, unit, *how(cases)) for code, label, said, unit, how in wanted]


# Reading the log -----------------------------------------------------------------------------------------------------


def cases_of(
    starts: dt.date | None = None, ends: dt.date | None = None, whats: Collection[str] = (), **only: Any
) -> list[Case]:
    """The cases received from a day to a day (both included), read in a handful of queries. `only`: as a filter.

    `whats` are the kinds of log lines that are read, where not all are wanted; pairs and follow-ups are left out then.
    """
    begun_in = Step.objects.filter(during("at", starts, ends), what="received").values("request_id")
    requests = Request.objects.filter(pk__in=begun_in, **only)
    steps: dict[int, list[Any]] = defaultdict(list)
    lines = Step.objects.filter(request__in=requests, what__in=whats or ASKED).order_by()
    for request, *step in lines.values_list("request_id", "what", "at", "about", "detail", "minutes"):
        steps[request].append(step)
    evidence = set(File.objects.filter(kind="outcome").values_list("object_id", flat=True))
    outcomes: dict[int, list[Any]] = defaultdict(list)
    useful: dict[int, list[Any]] = {} if whats else usefulness(requests)
    dyads = {} if whats else new_dyads()
    came = Outcome.objects.filter(state="confirmed", request__in=requests).order_by()
    for pk, request, word, shown in came.values_list("pk", "request_id", "additionality", "evidence"):
        outcomes[request].append((word, bool(shown) or pk in evidence))
    found, young, inside = [], timezone.now() - OLD_ENOUGH, between(starts, ends)
    for pk, centre, theme, client in requests.order_by().values_list("pk", "centre_id", "theme", "client_type"):
        begun = min((step[1] for step in steps[pk] if step[0] == "received"), default=None)
        if begun is not None and inside(begun):
            more = outcomes[pk], useful.get(pk, []), dyads.get(pk, [])
            found.append(Case(centre, theme, client, begun, steps[pk], *more, fresh=begun > young))
    return found


def usefulness(requests: Any) -> dict[int, list[str]]:
    """For each request what its client said of the help, of each follow-up that was asked; empty where nothing."""
    found: dict[int, list[str]] = defaultdict(list)
    said = FollowUp.objects.filter(state__in=("asked", "answered", "silent"), request__in=requests)
    for request, word in said.order_by().values_list("request_id", "satisfied"):
        found[request].append(word)
    return found


def during(column: str, starts: dt.date | None, ends: dt.date | None) -> Q:
    """A moment from a day to a day, asked by the moments that bound them: an index answers, and no row is converted."""
    first, after = bounds(starts, ends)
    return Q(**{name: at for name, at in ((f"{column}__gte", first), (f"{column}__lt", after)) if at is not None})


def between(starts: dt.date | None, ends: dt.date | None) -> Callable[[dt.datetime], bool]:
    """The same of one moment."""
    first, after = bounds(starts, ends)
    return lambda at: (first is None or first <= at) and (after is None or at < after)


def bounds(starts: dt.date | None, ends: dt.date | None) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The first moment of a day, and the first one after another."""
    return midnight(starts), midnight(ends and ends + dt.timedelta(days=1))


def midnight(day: dt.date | None) -> dt.datetime | None:
    return timezone.make_aware(dt.datetime.combine(day, dt.time())) if day else None


def new_dyads() -> dict[int, list[bool | None]]:
    """For each request its introductions' pairs of organisations: introduced for the first time, or not, or unknown."""
    found: dict[int, list[bool | None]] = defaultdict(list)
    seen: set[tuple[int, str]] = set()
    rows = Introduction.objects.filter(agreed_at__isnull=False).order_by("agreed_at", "pk")
    for request, client, institution in rows.values_list(
        "candidate__request_id", "candidate__request__organisation_id", "candidate__institution"
    ):
        if client is None or not institution.strip():
            found[request].append(None)
            continue
        pair = (client, institution.strip().casefold())
        found[request].append(pair not in seen)
        seen.add(pair)
    return found


#: how the table can be cut: name → label, key of a case, names of the keys
CUTS: dict[str, tuple[Any, Callable[[Case], Any], Callable[[], dict[Any, Any]]]] = {
    "centre": (
        _("centre"),
        lambda case: case.centre,
        lambda: {None: _("without a centre"), **{c.pk: c for c in Centre.objects.all()}},
    ),
    "theme": (_("theme"), lambda case: case.theme, lambda: dict(THEMES)),
    "client_type": (_("client type"), lambda case: case.client_type, lambda: dict(Organisation.KINDS)),
    "year": (_("year"), lambda case: timezone.localdate(case.received).year, dict),
}


def by(cut: str, cases: Iterable[Case]) -> list[tuple[Any, list[Figure]]]:
    """The figures of each group of a cut, groups in the order of their names."""
    _label, key, names = CUTS[cut]
    groups: dict[Any, list[Case]] = defaultdict(list)
    for case in cases:
        groups[key(case)].append(case)
    named = names()
    return sorted(
        ((named.get(group, group), compute(part)) for group, part in groups.items()), key=lambda pair: str(pair[0])
    )


@remembering.told
def table(
    starts: dt.date | None, ends: dt.date | None, cut: str
) -> tuple[list[Figure], list[tuple[Any, list[Figure]]]]:
    """The figures of all requests received from a day to a day, and those of each group of a cut."""
    cases = cases_of(starts, ends)
    return compute(cases), by(cut, cases)


@remembering.told
def public(centres: Collection[Centre], today: dt.date) -> list[tuple[Centre, list[Figure]]]:
    """What the public page of each centre shows, all read at once."""
    work = cases_of(today - YEAR, today, WORK_STEPS, centre__in=centres)
    old = cases_of(today - 3 * YEAR, today - YEAR, OUTCOME_STEPS, centre__in=centres)

    def of(cases: list[Case], centre: Centre) -> list[Case]:
        return [case for case in cases if case.centre == centre.pk]

    return [(centre, told(of(work, centre), of(old, centre))) for centre in centres]


def told(now: list[Case], old: list[Case]) -> list[Figure]:
    """The work of the last twelve months, and what came of requests of one to three years ago. No share of fewer than
    five: of outcomes it is said then how many are too young, or nobody knows of."""
    found = {one.code: one for one in compute(now, WORK)}
    if (found["received"].numerator or 0) < FEW:
        return []
    work = [found[code] for code in WORK]
    return [*(one for one in work if one.unit == "count" or (one.denominator or 0) >= FEW), outcome(old, work[0])]


def outcome(cases: Sequence[Case], fresh: Figure) -> Figure:
    """Of requests old enough, those with an outcome; where fewer than five are known, that it is not known, and of how
    many requests: the fresh ones among them."""
    (one,) = compute(cases, ["outcome"])
    one = replace(one, definition=OF_OLD)
    if (one.denominator or 0) >= FEW:
        return one
    return replace(one, numerator=None, denominator=0, missing=len(cases) + int(fresh.numerator or 0), value=None)
