"""Agreements, centres, posts and programmes in a brief: cards of facts with their sources, and marks for the charts."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl

from udsyn import facts
from udsyn.briefs.charts import Mark
from udsyn.briefs.document import UNKNOWN, Block, Card, Cards, Column, Section, Table, Text
from udsyn.briefs.sections import Pair, unknown
from udsyn.evidence.result import Result
from udsyn.facts.models import NamedField


def links(fact: facts.Fact) -> list[dict[str, str | None]]:
    """A fact's sources as titles with addresses."""
    known = facts.sources()
    return [{"label": known[key].title, "url": address(known[key].urls[0])} for key in dict.fromkeys(fact.sources)]


def address(url: str) -> str | None:
    """An address that a browser opens, or None where the source gives a partial one."""
    if "..." in url or " " in url or ("/" not in url and "." not in url):
        return None
    return url if "://" in url else f"https://{url}"


def listed(items: Iterable[str]) -> str:
    return ", ".join(items) or UNKNOWN


def validity(fact: facts.Fact) -> str:
    """From when to when, in words; what no source says is unknown."""
    if fact.valid_to:
        return f"to {fact.valid_to}"
    if fact.ended_by:
        return f"ended by {fact.ended_by}"
    return f"{UNKNOWN}; last confirmed {fact.confirmed_on}" if fact.confirmed_on else UNKNOWN


def named(field: NamedField, signed: str | None) -> str:
    """A field with the day of the document that names it, where that is not the agreement itself."""
    said = (
        []
        if field.named_on == signed
        else [f"named {field.named_on}" if field.named_on else "named later, day unknown"]
    )
    said += ["as demand"] if field.role == "demand" else []
    return f"{field.field} ({', '.join(said)})" if said else field.field


def agreement(fact: facts.Agreement) -> Card:
    lines = [
        ("Signed", unknown(fact.signed)),
        ("Ends", validity(fact)),
        ("Parties", listed(fact.parties)),
        ("Fields named", listed(named(one, fact.signed) for one in fact.named)),
        ("Bodies", listed(fact.bodies)),
        *((event.date, event.what) for event in sorted(fact.follow_up, key=lambda event: event.date)),
    ]
    return Card(fact.title, lines, links(fact))


def centre(fact: facts.Centre) -> Card:
    moved = [(f"Until {former.until or UNKNOWN}", f"in {former.city}") for former in fact.moved]
    return Card(
        fact.title,
        [("City", fact.city), ("Opened", unknown(fact.opened)), *moved, ("Closed", validity(fact))],
        links(fact),
    )


def post(fact: facts.Post) -> Card:
    lines = [("Since", unknown(fact.valid_from)), ("Ends", validity(fact)), ("Paid by", listed(fact.financing))]
    return Card(fact.title, lines, links(fact))


def host(fact: facts.VisitingPartner) -> Card:
    stay = UNKNOWN if fact.stay_months is None else "{} to {} months".format(*fact.stay_months)
    lines = [("City", fact.city), ("Fields", listed(fact.fields)), ("Stay", stay), ("Ends", validity(fact))]
    return Card(fact.title, lines, links(fact))


def programme(fact: facts.Programme, partner: str) -> Card:
    lines = [
        ("From", unknown(fact.valid_from)),
        ("Ends", validity(fact)),
        ("For", fact.level),
        ("Partners there", open_to(fact, partner)),
    ]
    return Card(f"{fact.title} ({fact.short})", lines, links(fact))


def open_to(programme: facts.Programme, country: str) -> str:
    """Whether a programme's rules name a country: yes, on a condition, no, or unknown."""
    rules = programme.rules
    if rules.partner_countries is None:
        return f"see the call ({rules.partner_countries_rule})"
    if country in rules.partner_countries:
        return f"yes (rules of {rules.version})"
    for extra in rules.conditional_countries:
        if country in extra.countries:
            return f"only if {extra.condition} (rules of {rules.version})"
    return f"no (rules of {rules.version})"


def section(pair: Pair) -> Section:
    """All instruments between home and partner."""
    home, partner = pair.home.code, pair.partner.code
    held = {
        f"Agreements between {pair}": [agreement(fact) for fact in facts.agreements(partner, home=home)],
        f"{pair.home.name}'s innovation centres there": [centre(fact) for fact in facts.centres(partner, home=home)],
        "Posts": [post(fact) for fact in facts.posts(partner, home=home)],
        "Hosts of visiting scientists": [host(fact) for fact in facts.visiting_partners(partner, home=home)],
        f"{pair.home.name}'s network programmes": [programme(fact, partner) for fact in facts.programmes(home=home)],
    }
    cards: list[Block] = [Cards(caption, found) for caption, found in held.items() if found]
    nothing = Text(f"No agreement, centre, post or programme of {pair} is on the register.")
    return Section("instruments", "Agreements, centre, posts and programmes", cards or [nothing])


def marks(pair: Pair) -> list[Mark]:
    """Agreements and centre openings with a known year, in order, for a line of years."""
    signed = [
        Mark(fact.year, fact.kind.capitalize())
        for fact in facts.agreements(pair.partner.code, home=pair.home.code)
        if fact.year
    ]
    opened = [
        Mark(fact.year, f"Centre in {fact.city}")
        for fact in facts.centres(pair.partner.code, home=pair.home.code)
        if fact.year
    ]
    return sorted([*signed, *opened], key=lambda mark: (mark.year, mark.label))


def published(found: Result | None, sources: Collection[str | None]) -> Table | None:
    """Published figures of the home country beside the same figures computed from some sources of the record."""
    if found is None:
        return None
    units = {figure.id: figure.unit for figure in facts.figures()}
    rows = [
        {
            **row,
            "published": in_unit(row["published"], units[row["id"]]),
            "computed": f"{in_unit(row['computed'], units[row['id']])} ({row['computed_years']})",
        }
        for row in found.rows.filter(pl.col("computed").is_not_null()).to_dicts()
        if row["computed_source"] in sources
    ]
    columns = [
        Column("title", "Figure"),
        Column("period", "Period"),
        Column("published", "Published"),
        Column("computed", "Computed here"),
        Column("computed_source", "From"),
        Column("explanation", "Why they differ"),
    ]
    return Table("Published figures beside computed ones", columns, rows, found.provenance)


def in_unit(value: float, unit: str) -> str:
    """A value in the unit of the published figure."""
    if unit == "rank":
        return f"no. {value:g}"
    if unit == "fraction":
        return f"{100 * value:.3g} %"
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
