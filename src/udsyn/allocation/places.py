"""Applicants to places: matchings from which no applicant and host would both rather break away.

A pair is possible only where each lists the other. Gale and Shapley 1962 (doi:10.2307/2312726) give the stable matching
that is best for all applicants at once, and the one that is best for all hosts. All the others lie between: from one
matching the next below are found by parting one applicant from a place (McVitie and Wilson 1971,
doi:10.1145/362619.362631), a host with several places standing as that many hosts with one. Who is unplaced, and how
many each host gets, is the same in all of them (Roth 1986, doi:10.2307/1913160), so a minimum that one of them misses,
every one misses.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from udsyn.allocation.reading import CaseError, held, ids, whole

Matching = dict[str, str | None]  #: every applicant: host or None

#: stable matchings that are listed at most; their number can double with every four applicants
MOST = 100_000


@dataclass(frozen=True)
class Case:
    applicants: dict[str, list[str]]  #: hosts that an applicant lists and that list the applicant, best first
    ranks: dict[str, dict[str, int]]  #: host → applicant → place in its ranking
    places: dict[str, int]
    minimum: dict[str, int]
    listed: dict[str, list[str]]  #: all hosts that an applicant lists, also those that do not list the applicant


def parse(case: dict[str, Any]) -> Case:
    """Check a case: applicants {id: [host, best first]}, hosts {id: {places, ranking, minimum}}."""
    applicants = {
        who: ids(wishes, f"wishes of {who}") for who, wishes in held(case.get("applicants"), "applicants").items()
    }
    ranks: dict[str, dict[str, int]] = {}
    places, minimum = {}, {}
    for id_, host in held(case.get("hosts"), "hosts").items():
        host = held(host, f"host {id_}")
        ranking = ids(host.get("ranking", []), f"ranking of {id_}")
        if not applicants.keys() >= set(ranking):
            unknown = next(who for who in ranking if who not in applicants)
            raise CaseError(f"host {id_} ranks {unknown}, who is not among the applicants.")
        ranks[id_] = dict(zip(ranking, range(len(ranking)), strict=True))
        places[id_] = whole(host.get("places"), f"places of {id_}")
        minimum[id_] = whole(host.get("minimum", 0), f"minimum of {id_}")
        if minimum[id_] > places[id_]:
            raise CaseError(f"host {id_}: a minimum of {minimum[id_]} in {places[id_]} places.")
    for who, hosts in applicants.items():
        if not ranks.keys() >= set(hosts):
            unknown = next(host for host in hosts if host not in ranks)
            raise CaseError(f"applicant {who} lists {unknown}, which is not among the hosts.")
    possible = {who: [host for host in hosts if who in ranks[host]] for who, hosts in applicants.items()}
    return Case(possible, ranks, places, minimum, applicants)


def applicant_optimal(case: Case) -> Matching:
    """The stable matching that no applicant would trade for another stable one. Nobody gains in it by misreporting."""
    asking = {who: iter(wishes) for who, wishes in case.applicants.items()}
    holding: dict[str, list[tuple[int, str]]] = {host: [] for host in case.places}  #: heaps, worst first
    waiting = list(reversed(case.applicants))
    while waiting:
        who = waiting.pop()
        for host in asking[who]:
            heapq.heappush(holding[host], (-case.ranks[host][who], who))
            if len(holding[host]) <= case.places[host]:
                break
            refused = heapq.heappop(holding[host])[1]
            if refused != who:
                waiting.append(refused)
                break
    return dict.fromkeys(case.applicants) | {who: host for host, heap in holding.items() for _rank, who in heap}


def host_optimal(case: Case) -> Matching:
    """The stable matching that no host would trade for another stable one; the worst of them for every applicant."""
    wishes = {who: {host: place for place, host in enumerate(hosts)} for who, hosts in case.applicants.items()}
    offering = {host: iter([who for who in ranking if host in wishes[who]]) for host, ranking in case.ranks.items()}
    free = dict(case.places)
    found: Matching = dict.fromkeys(case.applicants)
    waiting = list(reversed(case.places))
    while waiting:
        host = waiting.pop()
        while free[host] and (who := next(offering[host], None)) is not None:
            current = found[who]
            if current is not None and wishes[who][current] < wishes[who][host]:
                continue
            found[who] = host
            free[host] -= 1
            if current is not None:
                free[current] += 1
                waiting.append(current)
    return found


Place = tuple[str, int]  #: one of a host's places


def stable_matchings(case: Case) -> Iterator[Matching]:
    """Every stable matching, the applicants' best first. Raises CaseError where there are more than MOST."""
    lists = {
        who: [(host, n) for host in hosts for n in range(case.places[host])] for who, hosts in case.applicants.items()
    }
    first = seated(case, applicant_optimal(case))
    known, waiting = {frozenset(first.items())}, deque([first])
    while waiting:
        matching = waiting.popleft()
        yield dict.fromkeys(case.applicants) | {who: place[0] for who, place in matching.items()}
        for who in matching:
            below = part(case, lists, matching, who)
            if below is not None and (key := frozenset(below.items())) not in known:
                if len(known) == MOST:
                    raise CaseError(f"more than {MOST:,} stable matchings: ask without --all for the two ends.")
                known.add(key)
                waiting.append(below)


def seated(case: Case, matching: Matching) -> dict[str, Place]:
    """Which of its host's places everybody has: the host's favourite the first."""
    taken: Counter[str] = Counter()
    seats = {}
    placed = [(host, who) for who, host in matching.items() if host is not None]
    for host, who in sorted(placed, key=lambda pair: case.ranks[pair[0]][pair[1]]):
        seats[who] = (host, taken[host])
        taken[host] += 1
    return seats


def part(case: Case, lists: dict[str, list[Place]], matching: dict[str, Place], parted: str) -> dict[str, Place] | None:
    """The next stable matching below in which this applicant has lost the place, where there is one.

    The applicant asks on down the list, whoever is refused by that asks on in turn, until somebody whom the lost place
    prefers comes to it.
    """
    seats = dict(matching)
    holder = {place: who for who, place in seats.items()}
    lost = seats[parted]
    asking = parted
    while True:
        mine = lists[asking]
        for place in mine[mine.index(seats[asking]) + 1 :]:
            rank = case.ranks[place[0]]
            if place == lost:
                if rank[asking] < rank[parted]:
                    return seats | {asking: lost}
            elif place not in holder:  # empty in one stable matching, empty in all
                return None
            elif rank[asking] < rank[holder[place]]:
                refused, holder[place] = holder[place], asking
                seats[asking] = place
                asking = refused
                break
        else:
            return None


def unplaced(matching: Matching) -> list[str]:
    return [who for who, host in matching.items() if host is None]


def reasons(case: Case, matching: Matching) -> dict[str, str]:
    """A true sentence for everybody who has no place in a stable matching."""
    said = {}
    for who in unplaced(matching):
        if not case.listed[who]:
            said[who] = "You listed no host."
        elif not case.applicants[who]:
            said[who] = "None of the hosts you listed ranked you."
        elif all(case.places[host] == 0 for host in case.applicants[who]):
            said[who] = "The hosts you listed that ranked you have no places."
        else:
            said[who] = "Each host you listed that ranked you filled its places with people it ranked above you."
    return said


def below_minimum(case: Case, matching: Matching) -> list[str]:
    """Hosts that get fewer than their minimum: in this stable matching, and so in every one."""
    taken = Counter(matching.values())
    return [host for host, least in case.minimum.items() if taken[host] < least]


def standings(case: Case, matching: Matching, who: str) -> list[tuple[str, str]]:
    """How each listed host stands to somebody without a place, in the order of the list: why there is no place there.

    unranked    the host did not rank the applicant
    closed      it has no places
    above       it filled its places with people it ranked above
    below       it filled them, with somebody among them whom it ranked below
    free        it has a place left
    """
    return [(host, standing(case, matching, who, host)) for host in case.listed[who]]


def standing(case: Case, matching: Matching, who: str, host: str) -> str:
    ranks = case.ranks[host]
    if who not in ranks:
        return "unranked"
    if not case.places[host]:
        return "closed"
    held = [one for one, at in matching.items() if at == host]
    if len(held) < case.places[host]:
        return "free"
    return "above" if all(ranks[one] < ranks[who] for one in held) else "below"
