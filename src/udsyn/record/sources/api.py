"""OpenAlex's API, politely: a budget that is known before it is spent, patience with a busy server, and resume.

Works are kept as they come, page by page, as JSON lines under RECORD/fetched/<query>/works, and then read like any
other files. A panel is a few grouped counts per year, kept as two CSV files and loaded as any other panel. The key is
read from OPENALEX_API_KEY. https://developers.openalex.org
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pyalex
import requests

from udsyn.errors import UdsynError, UsageError
from udsyn.facts.countries import is_country
from udsyn.record.engine import Record
from udsyn.record.extent import SLICE
from udsyn.record.ingest import ingest_openalex
from udsyn.record.parts import write_atomically
from udsyn.record.sources.documents import CUT
from udsyn.record.sources.panels import ingest_panel

Say = Callable[[str], None]
PER_PAGE = 200
#: Calls that a command spends at most, unless told otherwise.
BUDGET = 1000
#: Authors of a work that a list of works gives at most; the work itself gives all.
LISTED_AUTHORS = 100
ATTEMPTS = 6
#: First wait in seconds after a refusal; doubled each time, unless the server says how long.
PATIENCE = 1.0
BUSY = (429, 500, 502, 503, 504)
FETCHED = "fetched"
STATE = "state.json"
SOURCE = "openalex-api"
#: Grouped counts that one year of a panel takes.
CALLS_PER_YEAR = 4


class Works(pyalex.Works):  # type: ignore[misc]
    """pyalex's works, at the address that is set: pyalex itself always asks api.openalex.org."""

    @property
    def url(self) -> str:
        return str(super().url).replace("https://api.openalex.org", pyalex.config.openalex_url, 1)


class ExpiredCursorError(UdsynError):
    """The server no longer knows where a listing stood."""


def fetch_works(
    record_path: Path | str,
    country: str,
    partner: str | None = None,
    since: int | None = None,
    budget: int = BUDGET,
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Fetch the works of a country (with a partner, since a year) through the API and read them into the record.

    Returns the object of `ingest_openalex` with `fetched` works and `calls`. Raises UsageError for an unknown country,
    UdsynError when the listing would cost more than `budget` calls (nothing is spent then but the first) or the server
    stays out of reach; the next run goes on from the last page.
    """
    for code in filter(None, (country, partner)):
        demand_country(code)
    configure()
    record = Record.create(record_path)
    query = Works().filter(authorships={"countries": country})
    if partner:
        query = query.filter(authorships={"countries": [partner]})
    if since:
        query = query.filter(from_publication_date=f"{since}-01-01")
    folder = record.path / FETCHED / hashlib.sha256(query.url.encode()).hexdigest()[:12]
    state = read_state(folder)
    if state is None:
        total = ask(lambda: query.get(per_page=1)).meta["count"]
        state = {"url": query.url, "total": total, "cursor": "*", "pages": 0, "fetched": 0, "cut": []}
    left = math.ceil((state["total"] - state["fetched"]) / PER_PAGE)
    say(f"{state['total']:,} works, {state['fetched']:,} fetched before: {left:,} calls of a budget of {budget:,}")
    if left > budget:
        raise UdsynError(
            f"{left:,} calls are needed, {budget:,} allowed: nothing was spent. "
            f"Give --budget {left}, or narrow the query."
        )
    calls = 0
    while state["cursor"]:
        try:
            calls += fetch_page(query, folder, state, budget - calls - 1)
        except ExpiredCursorError:
            say("the server no longer knows where the listing stood; starting it over")
            state |= {"cursor": "*", "pages": 0, "fetched": 0, "cut": []}
        say(f"{state['fetched']:,} of {state['total']:,} works")
    cut = state.get("cut", [])
    if cut:
        say(
            f"set aside: {len(cut):,} works whose list of authors the API cuts off at {LISTED_AUTHORS} "
            f"({', '.join(cut[:5])}): the budget had no calls left to fetch them one by one. Give a larger --budget."
        )
    result = ingest_openalex(folder / "works", record.path, say) if state["pages"] else {}
    return {"fetched": state["fetched"], "truncated": len(cut), "calls": calls, **result}


def fetch_page(query: Any, folder: Path, state: dict[str, Any], left: int) -> int:
    """Fetch the next page, keep it, and remember where to go on; the calls that it took.

    Lists cut a work's authors off: such works are fetched one by one, at most `left` of them; the others stay out.
    """
    answer = ask(lambda: query.get(per_page=PER_PAGE, cursor=state["cursor"]))
    calls = 1
    if len(answer):
        works = [dict(work) for work in answer]
        for place, work in enumerate(works):
            if is_cut(work) and calls <= left:
                works[place] = fetch_whole(work)
                calls += 1
        cut = [work for work in works if is_cut(work)]
        kept = [work for work in works if work not in cut]
        name = folder / "works" / f"page-{state['pages'] + 1:06d}.jsonl"
        write_atomically(name, b"".join(orjson.dumps(work) + b"\n" for work in kept))
        state.setdefault("cut", []).extend(str(work["id"]).rsplit("/", 1)[-1] for work in cut)
        state["pages"] += 1
        state["fetched"] += len(answer)
    state["cursor"] = answer.meta.get("next_cursor") if len(answer) else None
    write_atomically(folder / STATE, json.dumps(state).encode())
    return calls


def is_cut(work: Mapping[str, Any]) -> bool:
    """Whether a list has, or may have, cut a work's authors off."""
    if work.get("authors_count") is not None:
        return int(work["authors_count"]) > len(work.get("authorships") or [])
    return bool(work.get(CUT)) or len(work.get("authorships") or []) == LISTED_AUTHORS


def fetch_whole(work: Mapping[str, Any]) -> dict[str, Any]:
    """The same work with all of its authors."""
    number = str(work["id"]).rsplit("/", 1)[-1]
    whole = dict(ask(lambda: Works()[number]))
    return {**whole, "authors_count": len(whole.get("authorships") or [])}


def read_state(folder: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((folder / STATE).read_bytes())
    except (OSError, ValueError):
        return None
    return found


def fetch_panel(
    record_path: Path | str, home: str, years: tuple[int, int], budget: int = BUDGET, say: Say = lambda _: None
) -> dict[str, Any]:
    """Fetch yearly counts (home's joint works per partner, all countries' output, fields of home and world) as a panel.

    Returns one object: source, years, calls, cells. Raises as `fetch_works` does; years that were fetched are kept.
    """
    demand_country(home)
    configure()
    record = Record.create(record_path)
    folder = record.path / FETCHED / f"panel-{home}"
    wanted = [year for year in range(years[0], years[1] + 1) if not (folder / f"{year}.json").is_file()]
    calls = len(wanted) * CALLS_PER_YEAR
    say(f"{len(wanted)} years, {calls} calls of a budget of {budget:,}")
    if calls > budget:
        raise UdsynError(f"{calls:,} calls are needed, {budget:,} allowed: nothing was spent. Give --budget {calls}.")
    for year in wanted:
        write_atomically(folder / f"{year}.json", json.dumps(count_year(home, year)).encode())
        say(f"{year} counted")
    held = {year: json.loads((folder / f"{year}.json").read_bytes()) for year in range(years[0], years[1] + 1)}
    pairs = [
        (year, *sorted((home, code)), works)
        for year, counts in held.items()
        for code, works in counts["partners"].items()
        if code != home
    ]
    fields = [
        (year, code, name, works)
        for year, counts in held.items()
        for code, name, works in [
            *((code, "All fields", works) for code, works in counts["world"].items()),
            *((home, name, works) for name, works in counts["home_fields"].items()),
            *(("World", name, works) for name, works in counts["world_fields"].items()),
        ]
    ]
    write_csv(folder / "pairs.csv", ("year", "c1", "c2", "works"), pairs)
    write_csv(folder / "fields.csv", ("year", "country", "field", "works"), fields)
    title = f"OpenAlex API, works with an author in {home}, counted by country and by field"
    cells = 0
    for shape, columns in (("pairs", ("year", "c1", "c2", "works")), ("fields", ("year", "country", "field", "works"))):
        named, file = {name: name for name in columns}, folder / f"{shape}.csv"
        done = ingest_panel(record.path, file, shape, source=SOURCE, title=title, columns=named, declared=SLICE)
        cells += sum(value for name, value in done.items() if name.endswith("_cells"))
    return {"source": SOURCE, "first_year": years[0], "last_year": years[1], "calls": calls, "cells": cells}


def count_year(home: str, year: int) -> dict[str, dict[str, int]]:
    """The four grouped counts of one year."""
    of_home = {"authorships": {"countries": home}, "publication_year": year}
    return {
        "partners": grouped("authorships.countries", of_home, "key"),
        "world": grouped("authorships.countries", {"publication_year": year}, "key"),
        "home_fields": grouped("primary_topic.field.id", of_home, "key_display_name"),
        "world_fields": grouped("primary_topic.field.id", {"publication_year": year}, "key_display_name"),
    }


def grouped(by: str, filters: dict[str, Any], label: str) -> dict[str, int]:
    """Counts per group. Countries come as an address or a code; only the code is kept."""
    counts: dict[str, int] = {}
    cursor: str | None = "*"
    while cursor:
        at = cursor
        answer = ask(lambda at=at: Works().filter(**filters).group_by(by).get(per_page=PER_PAGE, cursor=at))  # type: ignore[misc]
        for group in answer:
            name = str(group[label]).rsplit("/", 1)[-1] if label == "key" else str(group[label])
            if name not in ("unknown", "None", "-111"):
                counts[name] = int(group["count"])
        cursor = answer.meta.get("next_cursor") if len(answer) else None
    return counts


def ask(question: Callable[[], Any]) -> Any:
    """Put a question to the server, again and with growing patience where it is busy or answers nonsense."""
    wait, trouble = PATIENCE, ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(wait)
            wait *= 2
        try:
            return question()
        except requests.HTTPError as error:
            answer = requests.Response() if error.response is None else error.response
            status, text = answer.status_code, answer.text[:200]
            if status == 410 or (status in (400, 404) and "cursor" in text.lower()):
                raise ExpiredCursorError(text) from None
            if status not in BUSY:
                raise UdsynError(f"OpenAlex answered {status}: {text}. Is OPENALEX_API_KEY set?") from None
            wait = float(answer.headers.get("Retry-After") or wait)
            trouble = f"it answered {status}"
        except pyalex.api.QueryError as error:
            raise (ExpiredCursorError if "cursor" in str(error).lower() else UdsynError)(f"OpenAlex: {error}") from None
        except requests.ConnectionError as error:
            trouble = f"it cannot be reached ({type(error).__name__})"
        except (ValueError, KeyError, TypeError) as error:
            trouble = f"its answer is malformed ({type(error).__name__})"
    raise UdsynError(
        f"OpenAlex gave no answer in {ATTEMPTS} attempts: {trouble}. What was fetched is kept; run the command again."
    )


def write_csv(file: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    write_atomically(file, out.getvalue().encode())


def configure() -> None:
    """Take the key and the address from the environment."""
    pyalex.config.api_key = os.environ.get("OPENALEX_API_KEY")
    pyalex.config.openalex_url = os.environ.get("OPENALEX_URL", "https://api.openalex.org")


def demand_country(code: str) -> None:
    if not is_country(code):
        raise UsageError(f"{code} is no country code: write ISO 3166-1 alpha-2, such as DK.")
