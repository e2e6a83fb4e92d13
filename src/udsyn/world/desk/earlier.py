"""What a demonstration's centres did years ago: introductions of people of the generated record, and a list of stays.

The people, and what came of them, are read from the record: after each introduction its pair wrote together there, or
did not. So what the follow-up finds is found and not put there.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from udsyn.desk.ops.filling import put
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.rooms.service.models import KEEP_YEARS, Candidate, Introduction, Request, Step
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORSHIPS
from udsyn.world.desk.stories import NEEDS, Story, keep

PAIRS, STAYS = 8, 12  #: introductions of a centre, lines of the list
BETWEEN = dt.timedelta(days=200)  #: from an introduction to the work that came of it
PAIRS_SQL = """
WITH written AS (
  SELECT DISTINCT authorships.work, author, authorships.name, country, institutions.name AS place, works.date AS day
  FROM authorships
  JOIN institutions USING (institution, country)
  JOIN works ON works.work = authorships.work
  WHERE works.is_retracted IS NOT TRUE AND works.is_paratext IS NOT TRUE AND works.date IS NOT NULL
)
SELECT one.name, one.place, 'A' || other.author, other.name, other.place, max(one.day) AS last
FROM written AS one
JOIN written AS other ON other.work = one.work
WHERE one.country = $home AND other.country = $partner
GROUP BY ALL
HAVING max(one.day) BETWEEN $first AND $last
ORDER BY count(*) DESC, last DESC, one.name, other.name
LIMIT $most
"""


@dataclass(frozen=True)
class Pair:
    """Two people of the record, and the day of their last joint work."""

    ours: str
    our_place: str
    author: str
    theirs: str
    their_place: str
    last: dt.date


def pairs(record: Record, home: str, partner: str, today: dt.date, most: int) -> list[Pair]:
    """Pairs who wrote together in the last years, the closest first; nobody twice at home."""
    ends = {"first": today - dt.timedelta(days=5 * 365), "last": today - dt.timedelta(days=170)}
    with record.connect() as connection:
        asked = {"home": home, "partner": partner, "most": 5 * most, **ends}
        rows = connection.execute(PAIRS_SQL, asked).fetchall()
    found: dict[str, Pair] = {}
    for row in rows:
        found.setdefault(row[0], Pair(*row))
    return list(found.values())[:most]


def fill(half_year: Any, record: Record) -> None:
    """Introductions of years ago at every centre, and a spreadsheet of stays; then the record is asked about all."""
    from django.conf import settings

    if not record.files(AUTHORSHIPS):
        return
    told = []
    for centre in half_year.centres():
        for number, pair in enumerate(pairs(record, settings.HOME, centre.country.code, half_year.today, PAIRS)):
            # some waited for nothing: they were brought together after their last joint work
            made = pair.last + (BETWEEN if number % 4 == 3 else -BETWEEN)
            told.append(story(half_year, centre, pair, min(made, half_year.today - BETWEEN)))
    keep(told, lambda rows: [put(row) for row in rows])
    stays(half_year, record)


def story(half_year: Any, centre: Any, pair: Pair, day: dt.date) -> Story:
    """A request that ended in one introduction, on this day."""
    given, _space, family = pair.ours.partition(" ")
    mail = f"earlier.{pair.author.lower()}@example.org"
    about = {"purpose": "demonstration", "legal_basis": "public_task"}
    client = put(Person(given_name=given, family_name=family or given, email=mail, **about))
    theme, text, need = half_year.draw.choice(NEEDS)
    received = day - dt.timedelta(days=40)
    row = Request(
        centre=centre, channel="mail", received=received, name=pair.ours, email=mail, person=client, language="da",
        organisation_name=pair.our_place, text=text, theme=theme, need=need, state="closed", result="introduced",
        handler=half_year.attaches[centre.slug], keep_until=day + dt.timedelta(days=round(365.25 * KEEP_YEARS)),
    )  # fmt: skip
    told = Story(row)
    candidate = Candidate(
        name=pair.theirs, institution=pair.their_place, country=centre.country, author=pair.author, state="chosen",
        why="Works on the same question.",
    )  # fmt: skip
    told.candidates.append(candidate)
    moment = half_year.moment(day)
    made = Introduction(candidate=candidate, state="met", client_yes_at=moment, agreed_at=moment)
    told.introductions.append(made)
    when = {"received": -40, "accepted": -36, "scoped": -30, "listed": -20, "chosen": -12, "asked": -9, "agreed": 0}
    for what, days in {**when, "met": 20, "closed": 30}.items():
        about_it = made if what in ("asked", "agreed", "met") else None
        step = Step(what=what, at=half_year.moment(day + dt.timedelta(days=days)), by=row.handler)
        told.steps.append((step, about_it))
    return told


def stays(half_year: Any, record: Record) -> None:
    """Stays of before, as a house has them in a spreadsheet: names, and where people were."""
    from django.conf import settings

    from udsyn.desk.kernel.permissions import actor_of
    from udsyn.desk.kernel.resources import RESOURCES
    from udsyn.desk.tools import imports

    officer = actor_of(half_year.users["officer"], half_year.today)
    lines = ["Dato;Slags;Dansk navn;Dansk institution;Partner navn;Partner institution;Partnerland"]
    found = pairs(record, settings.HOME, "US", half_year.today, STAYS)
    for pair in found:
        day = pair.last - 2 * BETWEEN
        lines.append(f"{day};stay;{pair.ours};{pair.our_place};{pair.theirs};{pair.their_place};US")
    if found:  # and one that nothing but two names tells of: it is in doubt
        lines.append(f"{found[0].last};stay;{found[0].ours};;{found[-1].theirs};;US")
        taken = imports.look("stays-before.csv", "\n".join(lines).encode(), RESOURCES["earliertie"], officer)
        imports.store(taken, officer)


def follow(folder: Any, record: Record) -> None:
    """Ask the record what came of it all; the first person who was introduced has answered already."""
    from udsyn.desk.evidence.following import follow_all
    from udsyn.desk.kernel import ties
    from udsyn.desk.kernel.finds import Find
    from udsyn.desk.rooms.outcomes.commands import answer

    ties.collect()
    follow_all(folder, record)
    first = Find.objects.filter(kind="introduction").exclude(tie__a_row="").order_by("tie_id").first()
    if first is not None:
        answer(Person.objects.get(pk=first.tie.a_row.partition(":")[2]), set())
