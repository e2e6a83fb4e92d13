"""The verbs of contacts: find, path, introduce, about, and the people of a brief. Each answers in rows."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, TypedDict, Unpack

import numpy as np

from udsyn.contacts import paths, semantic
from udsyn.contacts.duplicates import likely_duplicates
from udsyn.contacts.find import Filters, Weights, find
from udsyn.contacts.groups import COMPANY, exposure, find_groups
from udsyn.contacts.index import Index, path_of
from udsyn.contacts.making import Say, open_index
from udsyn.contacts.people import activity, named_topics, person_row
from udsyn.contacts.query import Query, for_texts, for_topics, parse
from udsyn.contacts.reasons import path_row, path_rows
from udsyn.errors import UsageError
from udsyn.facts import countries
from udsyn.record import care, ids
from udsyn.record.engine import Record
from udsyn.record.slice import demand_kept

Row = dict[str, Any]

LISTS = ("people", "groups", "companies", "exposure")


#: Opened indexes by record, each with the state of the files it was read from.
_held: dict[Path, tuple[tuple[object, ...], Index]] = {}
_opening = Lock()


def opened(record: Record | Path | str, say: Say = lambda _: None) -> Index:
    """The index of a record, opened once for each state of it and kept: a server process pays for it once.

    A new release, a changed correction or a new opt-out is seen by the next call. Safe to call from several threads.
    """
    held = Record(Record.open(record).path)  # kept for long: never a reading of one moment
    key = held.path.resolve()
    with _opening:
        kept = _held.get(key)
        if kept is None or kept[0] != state(held):
            index = open_index(held, say)
            _held[key] = kept = (state(held), index)
    return kept[1]


def state(record: Record) -> tuple[object, ...]:
    """What changes when the record, its index, the corrections or the opt-out list change."""
    contacts = care.folder(record)
    watched = (record.manifest_file, path_of(record), contacts / care.OPTOUT, contacts / care.CORRECTIONS)
    return tuple((s.st_mtime_ns, s.st_size, s.st_ino) if (s := stat(file)) else None for file in watched)


def stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except FileNotFoundError:
        return None


class Parts(TypedDict, total=False):
    """What `find_contacts` takes by name: see `Search`."""

    list_: str
    new_only: bool
    warm: bool
    field: int | None
    institution_type: str | None
    active_since: int | None
    career: tuple[int, int] | None
    weights: Mapping[str, float] | None
    limit: int
    use_semantic: bool


@dataclass(frozen=True)
class Search:
    """Who is looked for, and how. Raises UsageError for a limit below 1."""

    list_: str = "people"  #: of LISTS
    new_only: bool = False  #: leave out people who have published with home
    warm: bool = False  #: with the way from somebody at home
    field: int | None = None  #: OpenAlex's number
    institution_type: str | None = None  #: education, company, ...
    active_since: int | None = None  #: a year
    career: tuple[int, int] | None = None  #: years since the first work held, both included
    weights: Mapping[str, float] | None = None  #: of the parts of a score; None: the usual ones
    limit: int = 20
    use_semantic: bool = False

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise UsageError(f"--limit {self.limit}: ask for at least 1.")

    def filters(self, there: Sequence[str], home: str | None) -> Filters:
        """Who may be in the answer."""
        type_ = COMPANY if self.list_ == "companies" else self.institution_type
        return Filters(tuple(there), home, self.new_only, self.field, type_, self.active_since, self.career)


def find_contacts(
    record: Record | Path | str,
    asked: str,
    country: str | Sequence[str] = (),
    home: str | None = None,
    *,
    say: Say = lambda _: None,
    **parts: Unpack[Parts],
) -> list[Row]:
    """Whom to meet about `asked` (a text, a file, a DOI, a topic T…, or "someone for A…"), by the parts of `Search`.

    Plain data, ready for JSON. People: rank, id, name, institution, country, score (0..1), works, last_year, reasons
    (sentences), matching (at most three works: id, title, year, role, words, words_from), doubts (sentences), parts (of
    the score: name → 0..1), and path: the steps from somebody at home (with `warm`) or from the person who asks, each
    with step, id, name, institution, joint_works, last_year, remembers; empty where there is no way. Groups and
    companies have an institution's id, type, city and topic besides. `country` is a code or name, or several. Who has
    opted out is never in an answer.

    `use_semantic` lets the transformer of udsyn[semantic] re-rank the first people; without it no answer depends on
    whether that is installed. The index is opened on the first call and kept by this process. Raises UsageError for an
    empty question, an unknown country, id or weight; UdsynError for a record without works.
    """
    search = Search(**parts)
    if search.use_semantic:
        semantic.demand()
    chosen = Weights.from_settings(search.weights or {})
    index = opened(record, say)
    query = parse(index, asked)
    if query.is_empty:
        say("No work held shares a word with the question. Most titles are in English: ask in English too.")
    tell_wording(index, query, say)
    there = [countries.code_of(label) for label in ([country] if isinstance(country, str) else country)]
    filters = search.filters(there, countries.code_of(home) if home else None)
    demand_kept(Record.open(record).slice, filters.countries, "people")
    if search.list_ in ("groups", "companies"):
        return find_groups(index, query, filters, search.limit)
    rows = find(index, query, filters, chosen, search.limit, search.warm, search.use_semantic)
    return exposure(index, query, filters, rows) if search.list_ == "exposure" else rows


def tell_wording(index: Index, query: Query, say: Say) -> None:
    """Say which Danish words were read in English, and which words no work held speaks of."""
    if query.read_as:
        read = ", ".join(f"{word} = {english}" for word, english in query.read_as.items())
        say(f"Read in English too: {read}.")
    held = [any(len(index.postings(term)[0]) for term in word.terms) for word in query.words]
    unheld = [word.written for word, found in zip(query.words, held, strict=True) if not found]
    if unheld and not query.is_empty:
        say(f"No work held speaks of: {', '.join(unheld)}. Nobody covers this part of the question, so all fit less.")


def path_between(record: Record | Path | str, from_: str, to: str, strongest: bool = False) -> list[Row]:
    """The chain between two authors: step, id, name, institution, joint_works, last_year, remembers; or none."""
    index = opened(record)
    ends = [paths.person_of(index, ids.number(author, "author")) for author in (from_, to)]
    chain = paths.find_path(index, ends[0], ends[1], strongest)
    return path_rows(index, chain)


def introduce(record: Record | Path | str, to: str, home: str, limit: int = 5) -> list[Row]:
    """Who at home can introduce us to `to`: the steps of each chain, with its rank, worth and who will remember."""
    index = opened(record)
    chains = paths.introductions(
        index, paths.person_of(index, ids.number(to, "author")), countries.code_of(home), limit
    )
    return [
        {"rank": rank, **path_row(index, number, step), "worth": paths.worth(chain)}
        for rank, chain in enumerate(chains, start=1)
        for number, step in enumerate(chain)
    ]


def about(record: Record | Path | str, author: str) -> Row:
    """What is held about a person, why, and how to object. Raises UsageError for one who is unknown or not listed."""
    held = Record.open(record)
    index = opened(held)
    id_ = ids.number(author, "author")
    person = paths.person_of(index, id_)
    works = index.works_of(person)
    ties = paths.ties(index, np.array([person]))
    return {
        **person_row(index, person),
        **activity(index, person),
        "first_year": int(index.arrays["begun"][person]),
        "place_of": int(index.arrays["placed"][person]) or None,
        "titles": [f"W{index.arrays['work'][w]} {index.title(w)} ({index.arrays['year'][w]})" for w in works[:10]],
        "topics": named_topics(index, works)[:5],
        "co_authors": [f"A{index.arrays['author'][p]} {index.name(p)}" for p in ties.person[:10].tolist()],
        "may_be_the_same_as": [f"A{index.arrays['author'][p]}" for p in likely_duplicates(index, person)],
        "sources": sorted(held.manifest()["sources"]),
        "why": care.PURPOSE,
        "objection": care.OBJECTION.format(id=f"A{index.arrays['author'][person]}"),
    }


def people_for(
    record: Record | Path | str,
    partner: str,
    home: str,
    topics: Sequence[int] = (),
    text: str | None = None,
    n: int = 10,
) -> list[Row]:
    """The people of a partner country whom home should know on some topics (ids) or a text.

    Rows as of `find_contacts`, with the way to them; people who have opted out are never among them. Without a topic or
    a text: the people of the partner country with most works in the last five years held.
    """
    index = opened(record)
    filters = Filters((countries.code_of(partner),), countries.code_of(home))
    if topics or text:
        held = [topic for topic in topics if topic in index.topics]
        query = for_texts(index, [text]) if text else for_topics(index, tuple(held))
        return find(index, query, filters, limit=n, warm=True)
    return most_active(index, filters, n)


def most_active(index: Index, filters: Filters, n: int) -> list[Row]:
    """People by works in the last five years held, then by author id."""
    here = np.isin(index.arrays["country"], [code.encode() for code in filters.countries]) & ~index.is_hidden
    years = index.arrays["year"][index.arrays["person_works"]] > index.last_year - 5
    recent = np.add.reduceat(np.append(years, False).astype(int), index.arrays["person_start"][:-1])
    people = np.flatnonzero(here)
    people = people[np.lexsort((index.arrays["author"][people], -recent[people]))][:n]
    top = max(int(recent[people[0]]), 1) if len(people) else 1
    return [
        {"rank": rank, **person_row(index, int(person)), "score": float(recent[person] / top)}
        | activity(index, int(person))
        | {"reasons": [f"active: {recent[person]} works held since {index.last_year - 4}"]}
        for rank, person in enumerate(people, start=1)
    ]


__all__ = ["LISTS", "about", "find_contacts", "introduce", "opened", "path_between", "people_for"]
