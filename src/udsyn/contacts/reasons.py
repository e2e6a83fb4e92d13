"""Why somebody is named: sentences that can be checked against the record, and the same as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from udsyn import facts
from udsyn.contacts import paths, projects
from udsyn.contacts.index import CORRESPONDING, Array, Index
from udsyn.contacts.people import CURRENT, doubts, named_topics, person_row, topics_by_count
from udsyn.contacts.query import Query, matched_words, words_behind
from udsyn.record.extent import whole_of

Row = dict[str, Any]

SHOWN_WORKS = 3
SHOWN_WORDS = 8
LITTLE = 0.5
PAID_WORKS = 10  #: matching works whose funders are looked up
ROLES = {1: "first author", 3: "last author"}


def explain(
    index: Index,
    query: Query,
    person: int,
    works: Array,
    home: str | None,
    warm: bool,
    weak: bool,
    missing: Sequence[str] = (),
) -> Row:
    """Why this person, for a question and the works of theirs that match it, the best first.

    reasons: sentences. matching: at most three of the works as data (id, title, year, role, words). path: the steps of
    `path_row` from the asker, or with `warm` from somebody at home; none where there is no way. doubts: what to know
    before writing to them.
    """
    matching = [work_row(index, query, person, int(work)) for work in works[:SHOWN_WORKS]]
    said = []
    if matching:
        shown = "; ".join(describe_work(work) for work in matching)
        said.append(f"{len(works)} matching work{'s' * (len(works) != 1)}: {shown}")
    chain = None
    if query.asker is not None:
        chain = paths.find_path(index, query.asker, person)
        said += [f"path from the asker: {say_chain(index, chain)}"] if chain else []
    said += topics_reason(index, query, person, works)
    said += lacking_reason(index, works, home) if home else []
    years = index.arrays["year"][index.works_of(person)]
    recent = int((years > index.last_year - CURRENT).sum())
    said.append(f"active: {recent} of {len(years)} works held since {index.last_year - CURRENT + 1}")
    said += funders_reason(index, works)
    if home:
        reason, way = home_reason(index, person, home, warm)
        chain = chain or way
        institution = int(index.arrays["institution"][person])
        said += [reason, *project_reason(index, institution, home), *agreement_reasons(index, person, home)]
    doubtful = [*doubts(index, person), *(["their works share few words with the question"] if weak else [])]
    if missing:
        doubtful.append(f"none of their matching works speaks of: {', '.join(missing[:SHOWN_WORDS])}")
    said += [f"uncertain: {doubt}" for doubt in doubtful]
    return {"reasons": said, "matching": matching, "path": path_rows(index, chain), "doubts": doubtful}


def work_row(index: Index, query: Query, person: int, work: int) -> Row:
    """A matching work: id, title, year, role (empty in the middle of the author list), and the words that match:
    those of its title, or where there are none, those of its abstract and topics."""
    at = index.arrays["work_start"][work] + np.flatnonzero(index.people_of(work) == person)[0]
    role = int(index.arrays["work_roles"][at])
    matched = matched_words(query, index.title(work))
    parts = (ROLES.get(role % CORRESPONDING, ""), "corresponding" if role >= CORRESPONDING else "")
    return {
        "id": f"W{index.arrays['work'][work]}",
        "title": index.title(work),
        "year": int(index.arrays["year"][work]),
        "role": ", ".join(part for part in parts if part),
        "words": matched or words_behind(index, query, work)[:SHOWN_WORDS],
        "words_from": "title" if matched else "abstract or topic",
    }


def describe_work(work: Row) -> str:
    """A matching work as text."""
    where = "words" if work["words_from"] == "title" else f"words of its {work['words_from']}"
    matched = f"{where}: {', '.join(work['words'])}" if work["words"] else "matches by topic"
    about = "; ".join(text for text in (work["role"], matched) if text)
    return f"{work['id']} “{work['title']}” ({work['year']}; {about})"


def home_reason(index: Index, person: int, home: str, warm: bool) -> tuple[str, paths.Chain | None]:
    """Joint works with home, or how somebody at home comes to them; and with `warm` the way itself."""
    chains = paths.introductions(index, person, home, limit=1) if warm else []
    chain = chains[0] if chains else None
    joint = np.intersect1d(index.works_of(person), index.works_in(home))
    if len(joint):
        last = int(index.arrays["year"][joint].max())
        said = f"has published with {home}: {len(joint)} work{'s' * (len(joint) != 1)}, the last in {last}"
        return f"{said}; {say_chain(index, chain)}" if chain else said, chain
    if not warm:
        return f"has not published with {home} in the works held", None
    return f"path from {home}: {say_chain(index, chain)}" if chain else f"no path of three steps from {home}", chain


def path_rows(index: Index, chain: paths.Chain | None) -> list[Row]:
    """The steps of a chain as plain data."""
    return [path_row(index, number, step) for number, step in enumerate(chain or ())]


def path_row(index: Index, number: int, step: paths.Step) -> Row:
    """A step: step, id, name, institution, joint_works, last_year with the person before; remembers (None at first)."""
    person = person_row(index, step.person)
    return {
        "step": number,
        **{name: person[name] for name in ("id", "name", "institution")},
        "joint_works": step.joint_works,
        "last_year": step.last_year,
        "remembers": step.remembers if number else None,
    }


def topics_reason(index: Index, query: Query, person: int, works: Array) -> list[str]:
    """The topics of the matching works, and those of the person's works that the asker lacks."""
    if not index.topics:
        return []
    said = []
    named = named_topics(index, works)
    if named:
        said.append(f"topics: {', '.join(named[:SHOWN_WORKS])}")
    if query.asker is not None:
        own = set(named_topics(index, index.works_of(query.asker)))
        adds = [name for name in named_topics(index, index.works_of(person)) if name not in own]
        if own and adds:
            said.append(f"works on what the asker does not: {', '.join(adds[:SHOWN_WORKS])}")
    return said


def say_chain(index: Index, chain: paths.Chain) -> str:
    """A chain as text: who, then through how many joint works to whom."""
    said = index.name(chain[0].person)
    for step in chain[1:]:
        joint = f"{step.joint_works} joint work{'s' * (step.joint_works != 1)}, last {step.last_year}"
        said += f" → {index.name(step.person)} ({joint}; remembers: {step.remembers})"
    return said


def lacking_reason(index: Index, works: Array, home: str) -> list[str]:
    """Topics of the matching works in which home publishes less than half of what the world does."""
    missing = []
    whole = whole_of(index.extent, "the world's share", "the share in the works held")
    for topic in topics_by_count(index, works):
        world, own = (float(index.topic_shares(country)[topic + 1]) for country in (None, home))
        if own < LITTLE * world and topic in index.topics:
            missing.append(f"{index.topics[topic]} ({own / world:.0%} of {whole})")
    return [f"works where {home} publishes little: {', '.join(missing[:SHOWN_WORKS])}"] if missing else []


def funders_reason(index: Index, works: Array) -> list[str]:
    """Who paid for the matching works, most of them first, where the record says so."""
    named: dict[tuple[str, str], list[str]] = {}
    for work in works[:PAID_WORKS].tolist():
        for grant in index.funders_of(work):
            named.setdefault(grant, []).append(f"W{index.arrays['work'][work]}")
    best = sorted(named.items(), key=lambda item: (-len(item[1]), item[0]))[:SHOWN_WORKS]
    told = [f"{name}{f' {award}' if award else ''} ({', '.join(paid[:2])})" for (name, award), paid in best]
    return [f"grants on matching works: {'; '.join(told)}"] if told else []


def project_reason(index: Index, institution: int, home: str) -> list[str]:
    """The projects that an institution shares with home, where the record's register names organisations."""
    found = index.projects_with(institution, home)
    return [projects.reason(home, *found)] if found else []


def agreement_reasons(index: Index, person: int, home: str) -> list[str]:
    """Facts that name the person's institution: partners of agreements on stays, parties and bodies of agreements."""
    name = index.institution_name(int(index.arrays["institution"][person]))
    country = index.arrays["country"][person].decode()
    if not name or not country:
        return []
    hosts = [fact.title for fact in facts.visiting_partners(country, home=home) if touches(name, fact.title)]
    agreed = [
        fact.title
        for fact in facts.agreements(country, home=home)
        if any(touches(name, party) for party in (*fact.parties, *fact.bodies))
    ]
    return [f"{home} has an agreement with their institution: {text}" for text in (*hosts, *agreed)]


def touches(institution: str, party: str) -> bool:
    """Whether one name holds the other, whole words and not only a common word."""
    short, long = sorted((institution.casefold(), party.casefold()), key=len)
    return len(short.split()) > 1 and f" {short} " in f" {long} "
