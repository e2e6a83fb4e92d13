"""The allocation of a round: four ways to give the places side by side, who changes, and why somebody has none.

Equal ranks of a host are broken by a lot whose seed was fixed when the round opened (`commitment`), and is shown when
the places are given, so that anybody can draw it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from udsyn.allocation import lottery, places, quotas
from udsyn.allocation.places import Matching
from udsyn.allocation.reading import CaseError
from udsyn.desk.rooms.stays.models import Host, Round, Stay, StayApplication
from udsyn.desk.rooms.stays.order import turn_of_hosts

#: the states in which an application takes part
TAKES_PART = ("eligible", "placed", "unplaced")
STABLE = ("applicants", "hosts")


@dataclass(frozen=True)
class Basis:
    """What an allocation rests on: the case by numbers of rows, its demands, and who they are."""

    raw: dict[str, Any]
    case: places.Case
    demands: tuple[quotas.Demand | quotas.Couple, ...]
    applicants: dict[str, StayApplication]
    hosts: dict[str, Host]
    lots: dict[str, Any]

    @property
    def seal(self) -> str:
        """Another one where anything was changed that the places depend on."""
        return hashlib.sha256(json.dumps([self.raw, self.lots.get("commitment")], sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Way:
    """One way to give the places."""

    code: str
    label: Any
    matching: Matching | None  #: None: the demands cannot all hold
    clash: tuple[str, ...] = ()  #: the fewest demands that cannot hold together
    changes: tuple[dict[str, Any], ...] = ()  #: against the applicants' best stable one
    envy: tuple[tuple[str, str], ...] = ()  #: pairs that would both rather have each other
    broken: tuple[str, ...] = ()  #: demands that it does not keep
    reasons: dict[str, str] = field(default_factory=dict)  #: why somebody has no place

    @property
    def placed(self) -> int:
        return sum(host is not None for host in (self.matching or {}).values())


def basis(row: Round) -> Basis:
    """Read the round. Whoever a host refused, or did not rank where hosts rank, is not possible there."""
    people = {
        str(one.pk): one
        for one in row.applications.filter(state__in=TAKES_PART).prefetch_related("wishes").select_related("country")
    }
    hosts = {str(one.pk): one for one in row.hosts.exclude(state="dropped")}
    lots = lottery.draw(row.seed, list(people)) if row.seed else {}
    lot = {who: place for place, who in enumerate(lots.get("order", people))}
    asked = turn_of_hosts(row)
    ranked: dict[str, list[tuple[int, int, str]]] = {host: [] for host in hosts}
    wishes: dict[str, list[str]] = {}
    for who, one in people.items():
        listed = [wish for wish in one.wishes.all() if str(wish.host_id) in hosts]
        wishes[who] = [str(wish.host_id) for wish in listed]
        for wish in listed:
            if asked is None or wish.answer == "yes":
                ranked[str(wish.host_id)].append((wish.rank or 0, lot[who], who))
    raw: dict[str, Any] = {
        "applicants": wishes,
        "hosts": {
            pk: {"places": host.places, "minimum": host.minimum, "ranking": [who for *_by, who in sorted(ranked[pk])]}
            for pk, host in hosts.items()
        },
        "caps": caps(row, people, hosts),
        "couples": [
            {"one": who, "other": str(one.couple_with_id)}
            for who, one in people.items()
            if one.couple_with_id and str(one.couple_with_id) in people and mutual_once(one, people)
        ],
    }
    case = places.parse(raw)
    found = tuple(named(demand, hosts, people) for demand in quotas.demands_of(raw, case))
    return Basis(raw, case, found, people, hosts, lots)


def mutual_once(one: StayApplication, people: Mapping[str, StayApplication]) -> bool:
    """A couple that both named is one demand."""
    other = people[str(one.couple_with_id)]
    return other.couple_with_id != one.pk or one.pk < other.pk


def caps(row: Round, people: Mapping[str, StayApplication], hosts: Mapping[str, Host]) -> list[dict[str, Any]]:
    """The demands of the round, and the places that the agreement leaves in its year."""
    found = []
    for demand in row.demands.prefetch_related("hosts"):
        chosen = [str(host.pk) for host in demand.hosts.all() if str(host.pk) in hosts]
        touched = [
            who
            for who, one in people.items()
            if (not demand.field or one.field.casefold() == demand.field.casefold())
            and (demand.country_id is None or one.country_id == demand.country_id)
        ]
        cap: dict[str, Any] = {"name": demand.title, "applicants": touched, "least": demand.least or 0}
        found.append(cap | {"most": demand.most} | ({"hosts": chosen} if chosen else {}))
    if (left := places_left(row)) is not None:
        found.append({"name": _("places of the agreement in %(year)s") % {"year": row.year}, "most": left})
    return found


def places_left(row: Round) -> int | None:
    """What the agreement's places a year leave to this round; None where there is no limit."""
    if row.agreement.places is None:
        return None
    taken = Stay.objects.filter(agreement=row.agreement_id, application__round__year=row.year)
    taken = taken.exclude(application__round=row.pk).exclude(state__in=("declined", "refused", "cancelled"))
    return max(0, row.agreement.places - taken.count())


def named(demand: quotas.Demand | quotas.Couple, hosts: Mapping[str, Host], people: Mapping[str, Any]) -> Any:
    """A demand as people read it, by names in place of numbers."""
    if isinstance(demand, quotas.Demand):
        host = demand.name.partition(" gets at least ")[0]
        if host in hosts:
            name = _("%(host)s gets at least %(n)s") % {"host": hosts[host], "n": demand.least}
            return quotas.Demand(name, demand.pairs, demand.least, demand.most)
        bounds = [_("at least %(n)s") % {"n": demand.least}] * bool(demand.least)
        bounds += [_("at most %(n)s") % {"n": demand.most}] * (demand.most is not None)
        return quotas.Demand(
            f"{demand.name.rpartition(': ')[0]}: {', '.join(bounds)}", demand.pairs, demand.least, demand.most
        )
    return demand


def ways(row: Round, found: Basis | None = None) -> list[Way]:
    """The four ways, each with what it changes against the applicants' best stable one."""
    found = found or basis(row)
    stable = places.applicant_optimal(found.case)
    labels = dict(Round.RULES)
    by_stability = {"applicants": stable, "hosts": places.host_optimal(found.case)}
    made = [way(code, labels[code], found, matching, stable) for code, matching in by_stability.items()]
    for aim in ("wishes", "welfare"):
        plan = quotas.plan(found.case, found.demands, aim)
        if plan.matching is None:
            clash = tuple(words_of(name, found) for name in plan.clash)
            made.append(Way(aim, labels[aim], None, clash))
        else:
            made.append(way(aim, labels[aim], found, plan.matching, stable))
    return made


def words_of(name: str, found: Basis) -> str:
    """A couple's demand with names."""
    for demand in found.demands:
        if isinstance(demand, quotas.Couple) and demand.name == name:
            pair = {"one": found.applicants[demand.one], "other": found.applicants[demand.other]}
            return _("%(one)s and %(other)s only together") % pair
    return name


def way(code: str, label: Any, found: Basis, matching: Matching, stable: Matching) -> Way:
    return Way(
        code,
        label,
        matching,
        changes=tuple(quotas.changes(stable, matching, found.case, found.demands)),
        envy=tuple(quotas.envious(found.case, matching)),
        broken=tuple(words_of(one.name, found) for one in found.demands if not quotas.keeps(matching, one)),
        reasons={who: reason(found, matching, who) for who in places.unplaced(matching)},
    )


def reason(found: Basis, matching: Matching, who: str) -> str:
    """Why somebody has no place: a sentence for each host on the list, each true of this allocation."""
    standings = places.standings(found.case, matching, who)
    if not standings:
        return _("You listed no host.")
    if all(how == "above" for _host, how in standings):
        return _("Each host you listed filled its places with people it ranked above you.")
    silent = {str(wish.host_id) for wish in found.applicants[who].wishes.all() if not wish.answer}
    words = {
        "silent": _("%(host)s did not answer."),
        "unranked": _("%(host)s cannot receive you."),
        "closed": _("%(host)s has no places."),
        "above": _("%(host)s filled its places with people it ranked above you."),
        "below": _("%(host)s also received somebody it ranked below you: so the chosen allocation has it."),
        "free": _("%(host)s has a place left that the demands on the round keep empty."),
    }
    codes = [(host, "silent" if how == "unranked" and host in silent else how) for host, how in standings]
    return " ".join(words[how] % {"host": found.hosts[host]} for host, how in codes)


def is_possible(row: Round) -> Any:
    """Why the places cannot be worked out; nothing where they can."""
    try:
        basis(row)
    except CaseError as error:
        return str(error)
    return None
