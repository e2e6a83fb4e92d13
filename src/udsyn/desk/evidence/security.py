"""Dated triggers of research security. A trigger sends a request or case to a named person; no machine refuses.

The facts (`facts/data/security.yaml`, each list with its validity) and the answers of triage go in, the triggers
that fire on a day come out, each with the list, its edition and its source. Nobody's nationality is looked at: the
country is that of the cooperation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn import facts
from udsyn.desk.evidence import listed
from udsyn.evidence.safeguards import fields
from udsyn.facts import store
from udsyn.facts.models import SecurityList, earliest

HIGH_RISK, CRITICAL, SANCTIONS, DUAL_USE, FIELD = "high_risk", "critical", "sanctions", "dual_use", "field"
NEAR_GROUP = "EU"  #: the EU's list of pre-approved countries is not held; until it is, only its members count as on it


@dataclass(frozen=True)
class Trigger:
    """Why a request goes to an approver: what fired, by which list in which edition, from which source."""

    code: str
    about: str  #: a country's code, or the answer that was given
    list_id: str
    edition: str
    source: str

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def holds(list_: SecurityList, day: date) -> bool:
    """Is the list the valid one on a day? An unknown beginning counts as always, so that nothing is missed."""
    begun = list_.valid_from is None or earliest(list_.valid_from) <= day
    return begun and (list_.valid_to is None or day < earliest(list_.valid_to))


def cited(list_: SecurityList) -> str:
    known = store.sources()
    return "; ".join(known[key].title for key in list_.sources)


def fired(
    countries: Iterable[str],
    answers: dict[str, str],
    day: date,
    lists: Iterable[SecurityList] | None = None,
) -> tuple[Trigger, ...]:
    """The triggers that fire. `answers`: critical, sanctioned, dual_use → yes, no or unsure; unsure counts as yes,
    because a person should look."""
    held = [list_ for list_ in (facts.security() if lists is None else lists) if holds(list_, day)]
    rules = next((list_ for list_ in held if list_.kind == "trigger list"), None)
    export = next((list_ for list_ in held if list_.kind == "regulation"), None)
    wanted = sorted(set(countries))

    def asked(name: str) -> bool:
        return answers.get(name) in ("yes", "unsure")

    def trigger(code: str, about: str, list_: SecurityList | None) -> Trigger:
        if list_ is None:
            return Trigger(code, about, "", "", "")
        return Trigger(code, about, list_.id, list_.edition or "", cited(list_))

    found = [
        trigger(HIGH_RISK, code, list_)
        for list_ in held
        if list_.kind == "country list"
        for code in wanted
        if code in list_.countries
    ]
    if asked("critical"):
        near = members_on(day)
        found += [trigger(CRITICAL, code, rules) for code in wanted if code not in near]
    if asked("sanctioned"):
        found.append(trigger(SANCTIONS, answers["sanctioned"], rules))
    if asked("dual_use"):
        found.append(trigger(DUAL_USE, answers["dual_use"], export))
    return tuple(found)


def named_by_lists(partners: Iterable[listed.Partner], day: date) -> tuple[Trigger, ...]:
    """A trigger for each entry of a loaded list that names a partner, or may: a person decides."""
    return tuple(
        Trigger(SANCTIONS, name, verdict.entry.name, verdict.entry.measure, f"{verdict.entry.id}: {verdict.reason}")
        for name, verdict in listed.standing(partners, day)
    )


def by_field(said: str, topics: Iterable[str], day: date) -> tuple[Trigger, ...]:
    """A trigger for each row of a loaded table of sensitive fields that the declared field or its topics touch."""
    return tuple(map(of_field, fields.touched(listed.fields_held(), said, topics, day)))


def of_field(one: fields.Touched) -> Trigger:
    field = one.field
    about = field.title if one.by == field.title else f"{field.title} ({one.by})"
    return Trigger(FIELD, about, f"{field.list} {field.id}", edition_of(field), field.source)


def edition_of(field: fields.Field) -> str:
    return f"{field.edition}, {field.valid_from}" if field.valid_from else field.edition


def members_on(day: date) -> tuple[str, ...]:
    group = next((g for g in store.groups() if g.id.upper() == NEAR_GROUP), None)
    return group.on(day) if group else ()


TRIGGERS = {
    "high_risk": _("high-risk country"),
    "critical": _("critical research outside the pre-approved countries"),
    "sanctions": _("sanctions"),
    "dual_use": _("export rules for dual use"),
    "field": _("sensitive field of research"),
}


def trigger_words(trigger: dict[str, str]) -> str:
    """A stored trigger for people: what fired, about what, by which list."""
    by = ", ".join(filter(None, (trigger["list_id"], trigger["edition"], trigger["source"])))
    return f"{TRIGGERS[trigger['code']]}: {trigger['about']}" + (f" ({by})" if by else "")
