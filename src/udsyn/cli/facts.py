"""`udsyn facts`: print the shipped facts with their sources."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from udsyn import facts
from udsyn.cli.output import emit, emit_object, format_option
from udsyn.errors import UsageError
from udsyn.facts import countries
from udsyn.facts.store import KINDS

COUNTRIES = "countries"
UNKNOWN = "unknown"
OPTIONAL = ("note", "ended_by")
#: columns that are shown when one kind alone is listed
OWN = {
    "agreements": ("kind", "fields"),
    "centres": ("city", "lat", "lon"),
    "posts": ("kind", "city"),
    "visiting_partners": ("city", "fields"),
    "figures": ("indicator", "value", "unit", "period", "data", "counting"),
    "security": ("kind", "edition"),
    "procurement": ("kind", "currency", "values"),
}
IN_FORCE = {True: "yes", False: "no", None: None}


@click.group()
def group() -> None:
    """Print the shipped facts: agreements, centres, posts, programmes, figures, each with its source.

    Example: udsyn facts list agreements --country KR
    """


@group.command(name="list")
@click.argument("kind", type=click.Choice([*KINDS, COUNTRIES]), required=False)
@click.option("--country", metavar="CODE", help="Only facts about this country.")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="The day for `in_force`; today by default.")
@format_option
def list_(kind: str | None, country: str | None, on: datetime | None, format_: str) -> None:
    """List facts, one a row. What no source states is "unknown" (null in JSON).

    Example: udsyn facts list agreements --country KR --format json
    """
    code = _country(country)
    day = on.date() if on else date.today()
    if kind == COUNTRIES:
        emit([_country_row(known, day) for known in countries.listed() if code in (None, known.iso2)], format_)
        return
    rows = [
        _row(name, fact, day, own=OWN.get(kind or "", ()))
        for name, found in facts.everything().items()
        for fact in found
        if kind in (None, name) and (code is None or code in _countries(fact))
    ]
    emit(rows if format_ == "json" else [_spelled(row) for row in rows], format_)


def _row(kind: str, fact: facts.Fact, day: date, own: tuple[str, ...]) -> dict[str, Any]:
    """One fact as a flat row; `own` are columns that only its kind has. A figure has a period and is not in force."""
    row: dict[str, Any] = {"list": kind, "id": fact.id, "countries": _countries(fact), "title": fact.title}
    if not isinstance(fact, facts.Figure) or not own:
        row |= {
            "valid_from": fact.valid_from,
            "valid_to": fact.valid_to,
            "confirmed_on": fact.confirmed_on,
            "in_force": IN_FORCE[fact.in_force(day)],
        }
    values = fact.model_dump(mode="json", include=set(own))
    return row | {name: values[name] for name in own} | {"sources": list(fact.sources)}


@group.command()
@click.argument("id_", metavar="ID")
@format_option
def show(id_: str, format_: str) -> None:
    """Show one fact in full with its sources, or a country with the ids of all facts about it.

    Example: udsyn facts show dk-kr-2012
    """
    known, today = facts.sources(), date.today()
    try:
        kind, fact = facts.fact(id_)
    except UsageError:
        code = facts.resolve(id_)
        if code is None:
            raise
        row = _country_row(countries.country(code), today)
        for kind, found in facts.everything().items():
            row[kind] = [fact.id for fact in found if code in _countries(fact)]
        emit_object(row if format_ == "json" else _flat(row), format_)
        return
    row = {"list": kind, **fact.model_dump(mode="json")}
    row["in_force"] = IN_FORCE[fact.in_force(today)]
    row["sources"] = [f"{known[key].title}: {' '.join(known[key].urls)}" for key in fact.sources]
    emit_object(row if format_ == "json" else _spelled(_flat(row)), format_)


def _country_row(country: countries.Country, day: date) -> dict[str, Any]:
    """A country with its names and the groups that it belonged to on a day."""
    return {
        "list": COUNTRIES,
        "id": country.iso2,
        "iso3": country.iso3,
        "title": country.name,
        "title_da": country.name_da,
        "continent": country.continent,
        "groups": list(countries.groups_of(country.iso2, day)),
        "sources": countries.sources_of(country.iso2, day),
    }


def _country(label: str | None) -> str | None:
    return None if label is None else countries.code_of(label)


def _countries(fact: facts.Fact) -> list[str]:
    single = getattr(fact, "country", None) or getattr(fact, "home", None)
    return [single] if single else list(getattr(fact, "countries", ()))


def _flat(row: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested values as rows of their own: `rules.version`, `rounds.1.grants`; empty lists are left out."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for number, item in enumerate(value, 1):
                found |= _flat(item, f"{prefix}{name}.{number}.")
        elif value != []:
            found[prefix + name] = value
    return found


def _spelled(row: dict[str, Any]) -> dict[str, Any]:
    """Unknown is a value, shown as unknown; what is merely not there (a note, a known end) is left out."""
    absent = {name for name in OPTIONAL if row.get(name, "") is None}
    return {name: UNKNOWN if value is None else value for name, value in row.items() if name not in absent}
