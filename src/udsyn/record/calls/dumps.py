"""Lists of grants that two states publish in shapes of their own; CommonGrants maps the same fields."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from udsyn.record.calls import said
from udsyn.record.calls.tables import Call, Deadline

RANGE = re.compile(r"Between\s+(\S+)\s+and\s+(\S+)", re.IGNORECASE)
Said = Mapping[str, Any]


def california(one: Said, retrieved: dt.date) -> Call:
    """A record of a CKAN dump with California's columns. Raises ValueError that says what is wrong."""
    id_, title = named(one, "PortalID", "Title")
    least, most = between(one.get("EstAmounts"))
    awards = between(one.get("EstAwards"))[1]
    return Call(
        id=id_,
        title=title,
        listed_on=retrieved,
        text=joined(one, "Purpose", "Description"),
        funder=one.get("AgencyDept"),
        programme=one.get("Categories"),
        action=one.get("Type"),
        status_said=one.get("Status"),
        opens=day_in(one, "OpenDate"),
        ongoing=said.is_ongoing(one.get("ApplicationDeadline")) or None,
        deadlines=deadline(one, "ApplicationDeadline"),
        currency="USD",
        budget=said.amount(one.get("EstAvailFunds")),
        budget_said=one.get("EstAvailFunds"),
        least=least,
        most=most,
        awards=int(awards) if awards else None,
        applicants=kinds(one.get("ApplicantType")),
        url=one.get("GrantURL"),
    )


def pennsylvania(one: Said, retrieved: dt.date) -> Call:
    """A grant of Pennsylvania's list; its noon without an offset is a day. Raises ValueError for what is wrong."""
    id_, title = named(one, "slug", "title")
    deadlines = deadline(one, "closeDate")
    return Call(
        id=id_,
        title=title,
        listed_on=retrieved,
        text=joined(one, "overview", "eligibility"),
        funder=one.get("issuingAgency") or None,
        programme=one.get("category") or None,
        action=said.word(one.get("fundingType")),
        status_said=one.get("status") or None,
        opens=day_in(one, "openDate"),
        ongoing=(said.is_ongoing(one.get("grantCycle")) and not deadlines) or None,
        deadlines=deadlines,
        currency="USD",
        budget=said.amount(one.get("totalFundsToBeAwarded")),
        budget_said=one.get("totalFundsToBeAwarded") or None,
        least=said.amount(one.get("minimumAward")),
        most=said.amount(one.get("maximumAward")),
        applicants=kinds(one.get("applicantCategory")),
        url=one.get("linkToApply") or None,
    )


def named(one: Said, id_: str, title: str) -> tuple[str, str]:
    for name in (id_, title):
        if said.word(one.get(name)) is None:
            raise ValueError(f"has no {name}")
    return str(said.word(one[id_])), str(said.word(one[title]))


def day_in(one: Said, name: str) -> dt.date | None:
    """The day in a field; None where it is empty or has words: of `Ongoing` and `Summer 2025` no day is made."""
    return said.day(one.get(name))


def deadline(one: Said, name: str) -> tuple[Deadline, ...]:
    """The deadline in a field, with its clock where there is a real one; the zone is not said."""
    found = day_in(one, name)
    return () if found is None else (Deadline(found, said.clock(one.get(name))),)


def between(text: object) -> tuple[float | None, float | None]:
    """Least and most of `Between $50,000 and $1,000,000`, of `Exactly 1`, of one amount; none for words."""
    found = RANGE.search(str(text or ""))
    if found is not None:
        return said.amount(found[1]), said.amount(found[2])
    one = said.amount(text)
    return one, one


def joined(one: Said, *names: str) -> str | None:
    return said.plain_text(" ".join(str(text) for name in names if (text := said.word(one.get(name)))))


def kinds(text: object) -> tuple[str, ...]:
    return tuple(kind for part in str(text or "").split(";") if (kind := part.strip()))
