"""Travel allowances: meals and small costs of a journey, by dated rates, line by line.

Denmark's rules for the State's journeys and for tax-free payments agree in form: a daily amount for each full 24 hours,
1/24 of it for each hour begun beyond, nothing for less than 24 hours; a free breakfast takes off 15 per cent of a daily
amount, a free lunch or dinner 30. The two families of rates are kept apart. Germany counts days of the calendar, and
takes Luxembourg's rate for a country that its table does not list: what differs is data (`RULES`). A rate has two
dates: from when it is valid and from when it was known, since circulars are replaced after they came out.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from importlib.resources import files
from typing import Any

from udsyn.packs.language import PackError
from udsyn.packs.store import load

HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR
#: the longest journey that is reckoned
LONGEST = dt.timedelta(days=730)
MOST_MEALS = 5_000
#: packs that say how families of rates are reckoned; the first also those that none of them names
RULES = ("danish-allowance", "german-allowance")
MEALS = ("breakfast", "lunch", "dinner")
COLUMNS = ("family", "country", "valid_from", "valid_to", "known_from", "currency", "day")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Rate:
    family: str
    country: str
    valid_from: dt.date
    valid_to: dt.date | None  #: the last day
    known_from: dt.date
    currency: str
    day: Decimal  #: the amount for 24 hours


@dataclass(frozen=True)
class Line:
    what: str
    count: int
    each: Decimal
    amount: Decimal
    rate_from: dt.date  #: valid_from of the rate that gave it


@dataclass(frozen=True)
class Allowance:
    amount: Decimal  #: rounded half up once, at the end
    currency: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Journey:
    family: str
    country: str
    begins: dt.datetime
    ends: dt.datetime
    free: Mapping[str, int]


def reckon(journey: Journey, rates: Iterable[Rate], known_on: dt.date | None = None) -> Allowance:
    """The allowance of a journey by the rates known on a day (all, where none is named) and the rules of its family.

    Raises PackError where no rate is valid on a day of the journey, or where rates of two currencies would be added.
    """
    rules = rules_of(journey.family)
    held = [rate for rate in rates if known_on is None or rate.known_from <= known_on]
    full, beyond = divmod(journey.ends - journey.begins, DAY)
    by_days = rules["counts"] == "days"
    begins = days_of(journey) if by_days else [
        (journey.begins + n * DAY).date() for n in range(full + (beyond > dt.timedelta(0)))
    ]  # fmt: skip
    found = [rate_on(held, journey, day, rules.get("unlisted")) for day in begins or [journey.begins.date()]]
    if len({rate.currency for rate in found}) > 1:
        raise PackError("the rates of this journey are in several currencies; reckon its parts apart.")
    lines = lines_by_days(journey, rules, found) if by_days else lines_by_hours(full, beyond, found)
    if any(line.amount for line in lines):
        lines += meal_lines(rules, found[0], journey.free)
    amount = max(sum((line.amount for line in lines), Decimal(0)), Decimal(0))
    return Allowance(amount.quantize(CENT, ROUND_HALF_UP), found[0].currency, tuple(lines))


def rules_of(family: str) -> Mapping[str, Any]:
    """The rules by which a family of rates is reckoned: those of the pack that names it, else Denmark's."""
    named = (load(name).values for name in RULES)
    return next((values for values in named if family in values["families"]), load(RULES[0]).values)


def lines_by_hours(full: int, beyond: dt.timedelta, found: list[Rate]) -> list[Line]:
    """Each full 24 hours, and each hour begun beyond them; nothing for less than 24 hours."""
    if not full:
        return [Line("less than 24 hours", 0, Decimal(0), Decimal(0), found[0].valid_from)]
    lines = day_lines(found[:full])
    if beyond:
        hours, hourly = -(-beyond // HOUR), found[-1].day / 24
        lines.append(Line("hours begun", hours, hourly, hours * hourly, found[-1].valid_from))
    return lines


def days_of(journey: Journey) -> list[dt.date]:
    """The days of the calendar on which somebody is away."""
    first, last = journey.begins.date(), journey.ends.date()
    return [first + n * DAY for n in range((last - first).days + 1)]


def lines_by_days(journey: Journey, rules: Mapping[str, Any], found: list[Rate]) -> list[Line]:
    """Days of the calendar: a part of the rate on the days of arrival and departure, all of it between them; on a
    single day that part, where it is long enough."""
    part = Decimal(str(rules["travel_day"]))
    if len(found) == 1:
        if journey.ends - journey.begins <= rules["over_hours"] * HOUR:
            return [Line("a day too short", 0, Decimal(0), Decimal(0), found[0].valid_from)]
        return [part_line("a day away", rate, part) for rate in found]
    ends = [part_line("day of travel", rate, part) for rate in (found[0], found[-1])]
    return [*ends[:1], *day_lines(found[1:-1]), *ends[1:]]


def part_line(what: str, rate: Rate, part: Decimal) -> Line:
    return Line(what, 1, part * rate.day, part * rate.day, rate.valid_from)


def day_lines(rates: list[Rate]) -> list[Line]:
    """A line for each rate that full days fall under."""
    counted = Counter(rates)
    return [Line("24 hours", count, rate.day, count * rate.day, rate.valid_from) for rate, count in counted.items()]


def meal_lines(rules: Mapping[str, Any], rate: Rate, free: Mapping[str, int]) -> list[Line]:
    """What free meals take off."""
    lines = []
    for meal, count in free.items():
        each = -rate.day * Decimal(str(rules[meal]))
        lines += [Line(f"free {meal}", count, each, count * each, rate.valid_from)] if count else []
    return lines


def rate_on(rates: Iterable[Rate], journey: Journey, day: dt.date, unlisted: str | None = None) -> Rate:
    """The rate valid on a day, as it was corrected last; of a country that the table does not list, another one's."""
    fits = [
        rate
        for rate in rates
        if rate.family == journey.family
        and rate.country in (journey.country, unlisted)
        and rate.valid_from <= day
        and (rate.valid_to is None or day <= rate.valid_to)
    ]
    if not fits:
        named = f"the family {journey.family} for {journey.country} on {day}"
        raise PackError(f"no rate of {named} is held; give a file of rates with --rates.")
    return max(fits, key=lambda rate: (rate.country == journey.country, rate.valid_from, rate.known_from))


# Reading -------------------------------------------------------------------------------------------------------------


def parse(case: Any) -> Journey:
    """A journey from JSON: family, country, from and to (local times), free {breakfast, lunch, dinner} (numbers)."""
    if not isinstance(case, Mapping):
        raise PackError("a journey is one JSON object.")
    family, country = (plain(case.get(name), name) for name in ("family", "country"))
    begins, ends = (moment(case.get(name), name) for name in ("from", "to"))
    if (begins.tzinfo is None) != (ends.tzinfo is None):
        raise PackError("`from` and `to` are both local times, or both with their offset.")
    if not dt.timedelta(0) <= ends - begins <= LONGEST:
        raise PackError("`to` is before `from`, or the journey is longer than two years.")
    free = case.get("free") or {}
    if not isinstance(free, Mapping) or set(free) - set(MEALS):
        raise PackError("free: numbers of breakfast, lunch and dinner are wanted.")
    for meal, count in free.items():
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_MEALS:
            raise PackError(f"free {meal}: {count!r:.40} is not a number of meals.")
    return Journey(family, country, begins, ends, {meal: free.get(meal, 0) for meal in MEALS})


def plain(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise PackError(f"{name} is missing.")
    return value.strip()


def moment(value: Any, name: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(str(value))
    except ValueError:
        raise PackError(f"{name}: {value!r:.40} is not a time such as 2024-03-04T08:00.") from None


def read_rates(content: str) -> list[Rate]:
    """Rates from CSV: family, country, valid_from, valid_to, known_from, currency, day."""
    rows = csv.DictReader(io.StringIO(content.lstrip("\ufeff")))
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise PackError(f"the rates lack the column {', '.join(missing)}.")
    return [rate_of(row, place) for place, row in enumerate(rows, 2)]


def rate_of(row: Mapping[str, str], line: int) -> Rate:
    try:
        valid_from, known_from = (dt.date.fromisoformat(row[name]) for name in ("valid_from", "known_from"))
        valid_to = dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
        day = Decimal(row["day"])
    except (ValueError, TypeError, InvalidOperation):
        raise PackError(f"rates, line {line}: days are written 2024-01-01 and amounts 574.00.") from None
    if not day.is_finite() or not 0 <= day < 1_000_000:
        raise PackError(f"rates, line {line}: {row['day']} is no amount for a day.")
    return Rate(row["family"], row["country"], valid_from, valid_to, known_from, row["currency"], day)


def shipped() -> list[Rate]:
    """Denmark's own rates, as far as their sources could be read. Rates of other countries are loaded by the user."""
    return read_rates((files("udsyn.packs") / "data" / "allowance-rates.csv").read_text(encoding="utf-8"))
