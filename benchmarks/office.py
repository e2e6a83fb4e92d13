"""The desk of a busy ministry with 20 people at work: how long each page takes a reader, and what it asks and weighs.

    python -m benchmarks.office [--keep FOLDER] [--page docs/desk-speed.md] [--times 10]

builds the desk, serves it as an operator does, asks for each page of each role while nobody else does, and then lets
20 people read all of them so many times; on SQLite and, where it is installed, on PostgreSQL (`DATABASE_URL`, or one
that is started for it). Both
desks and both measurements are kept in FOLDER: what stands there is not built or measured again, so that the command
can be stopped and taken up. It prints the table or writes it as a page of the manual.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import requests
from tests.desk.cast import BACKEND, ROLES, clean
from tests.desk.loaded import GROWING, Size, load, paths
from tests.desk.postgresql import PROGRAMS, running_postgresql

from benchmarks.desk import free_port, served

SHOWN = ("visitor", "officer", "attache", "client", "advisor", "assistant", "auditor", "administrator")  #: roles
PEOPLE = 20  #: at work at the same time
THINKS = 4.0  #: seconds between two pages of a person, in the mean
ALONE = 5  #: times that each page is asked while nobody else asks
BOUND, LARGEST = 150, 300  #: milliseconds, kB
Cost = dict[str, Any]  #: of a page of a role: its address, questions, kB
Key = tuple[str, str]  #: role and page

HEAD = """# How quick the desk is

`python -m benchmarks.office --page docs/desk-speed.md` writes this page. The demonstration is copied until it holds
{size}, spread over ten years, with candidates, introductions, log lines, follow-ups and outcomes of every request and a
line of the ledger for each. It is served as `udsyn desk serve` does (one process, four threads).

- **alone**: the median of {alone} readings of a page while nobody else reads.
- **p50**, **p95**: {people} people are at work at the same time. Each reads a page and then stops to think, for a time
  drawn from an exponential distribution with a mean of {thinks:.0f} seconds, so that the desk is asked for about
  {rate:.0f} pages a second, now and then for several at once. Every page of every role is read {times} times, in an
  order drawn by lot: of so few, p95 is nearly the slowest.

All times are milliseconds from the request to the last byte. Server, database and readers share {cores} cores; load of
the machine before: {load:.1f}{before}.
The demonstration has no record here, and reads no evidence. Numbers that are the same for every colleague are kept
while nothing is written, as in use: key figures for an hour, what the record found for a minute. Of 20,000 requests a
year's key figures take a fifth of a second, which the first reader after a change waits for.

`tests/desk/test_loaded.py` holds that no page asks more questions with ten times as much, and none is too large.

"""


def build(folder: str) -> None:
    """The large desk. PostgreSQL counts its tables by itself once it has time; here it is told to."""
    from udsyn.desk.ops import office
    from udsyn.world.desk import half_year

    office.start(folder)
    half_year.build(folder)
    load(Size())
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def costs(folder: str) -> dict[str, Any]:
    """Who plays which role, and what each page of theirs costs besides time."""
    from udsyn.desk.ops import office

    office.start(folder)
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from udsyn.desk.rooms.parties.models import User

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    held: dict[str, Any] = {"users": {}, "pages": {}}
    for role in SHOWN:
        client = Client()
        if ROLES[role]:
            user = User.objects.get(email=ROLES[role])
            client.force_login(user, backend=BACKEND)
            held["users"][role] = user.pk
        pages = held["pages"][role] = {}
        for name, path in paths(role, GROWING).items():
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                page = client.get(path)
            if page.status_code == 200:
                pages[name] = {"path": path, "questions": len(queries), "kB": len(page.content) / 1000}
    return held


class Reader:
    """Somebody at a browser."""

    def __init__(self, address: str, user: int | None) -> None:
        self.address, self.session = address, requests.Session()
        if user is not None:
            page = self.session.get(f"{address}/en/abroad/").text
            token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
            said = {"user": user, "csrfmiddlewaretoken": token}
            answer = self.session.post(f"{address}/en/account/demo/", said, allow_redirects=False)
            if answer.status_code != 302:
                sys.exit(f"user {user} cannot sign in: {answer.status_code}")

    def again(self) -> Reader:
        """The same reader in another browser."""
        other = copy.copy(self)
        other.session = requests.Session()
        other.session.cookies.update(self.session.cookies)
        return other

    def read(self, path: str) -> float:
        """Milliseconds from the request to the last byte."""
        begun = time.perf_counter()
        answer = self.session.get(self.address + path)
        if answer.status_code != 200:
            sys.exit(f"{path}: {answer.status_code}")
        return 1000 * (time.perf_counter() - begun)


def alone(readers: dict[str, Reader], pages: dict[Key, Cost]) -> dict[Key, float]:
    """The median of each page, read by nobody else, in turn, so that no moment of the machine falls on one page."""
    turns = [{key: readers[key[0]].read(cost["path"]) for key, cost in pages.items()} for _turn in range(ALONE + 1)]
    return {key: statistics.median(turn[key] for turn in turns[1:]) for key in pages}  # the first warms the server


def at_work(readers: dict[str, Reader], pages: dict[Key, Cost], times: int) -> dict[Key, list[float]]:
    """Each page so many times, by `PEOPLE` who take the next one after a pause."""
    deck = [key for key in pages for _time in range(times)]
    random.Random(times).shuffle(deck)
    found: dict[Key, list[float]] = {key: [] for key in pages}
    failed: list[BaseException] = []

    def person(number: int) -> None:
        draw, own = random.Random(number), {role: reader.again() for role, reader in readers.items()}
        try:
            while deck and not failed:
                time.sleep(draw.expovariate(1 / THINKS))
                with suppress(IndexError):  # somebody else took the last one meanwhile
                    role, name = key = deck.pop()
                    found[key].append(own[role].read(pages[role, name]["path"]))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return found


def inside(folder: Path, url: str, what: str) -> str:
    """Run a part of this page in a process of its own: one process works on one desk."""
    environment = clean() | ({"DATABASE_URL": url} if url else {})
    command = [sys.executable, "-m", "benchmarks.office", f"--{what}", str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def measure(folder: Path, url: str, times: int) -> list[tuple[str, str, Cost, float, list[float]]]:
    """Of each page of each role what it costs, and milliseconds: alone, and among others."""
    built = folder / "built"  # says in which database: one that was started for an earlier run is gone
    if not (built.exists() and built.read_text() == url):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        inside(folder, url, "build")
        built.write_text(url)
    held = json.loads(inside(folder, url, "costs").splitlines()[-1])
    with served(folder, port := free_port(), clean() | ({"DATABASE_URL": url} if url else {})):
        readers = {role: Reader(f"http://127.0.0.1:{port}", held["users"].get(role)) for role in SHOWN}
        pages = {(role, name): cost for role, costs in held["pages"].items() for name, cost in costs.items()}
        quiet, busy = alone(readers, pages), at_work(readers, pages, times)
    return [(*key, cost, quiet[key], busy[key]) for key, cost in pages.items()]


def databases(stack: ExitStack) -> Iterator[tuple[str, Callable[[], str]]]:
    """Each database that can be measured, and what gives its address."""
    yield "SQLite", lambda: ""
    if url := os.environ.get("DATABASE_URL", ""):
        yield "PostgreSQL", lambda: url
    elif PROGRAMS is not None:
        yield "PostgreSQL", lambda: stack.enter_context(running_postgresql())


def late(taken: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(taken, n=20, method="inclusive")[18]


def table(pages: dict[Key, Cost], found: dict[str, dict[Key, tuple[float, list[float]]]]) -> str:
    """Markdown: a line per page, the slowest first, and how many keep the bounds."""
    slowest = {key: max(late(times[key][1]) for times in found.values()) for key in pages}
    lines = ["".join(["| role | page | questions | kB |", *(f" {name} alone | p50 | p95 |" for name in found)])]
    lines.append("|---" * (4 + 3 * len(found)) + "|")
    for key in sorted(pages, key=lambda key: -slowest[key]):
        of = [times[key] for times in found.values()]
        ms = [f"{quiet:.0f} | {statistics.median(taken):.0f} | {late(taken):.0f}" for quiet, taken in of]
        cells = (*key, str(pages[key]["questions"]), f"{pages[key]['kB']:.0f}", *ms)
        lines.append(f"| {' | '.join(cells)} |")
    lines.append("")
    for name, times in found.items():
        under = sum(late(taken) < BOUND for _quiet, taken in times.values())
        every = late([ms for _quiet, taken in times.values() for ms in taken])
        longest = max(quiet for quiet, _taken in times.values())
        lines.append(
            f"- {name}: {under} of {len(pages)} pages have a p95 under {BOUND} ms; p95 of all {every:.0f} ms."
            f" The slowest page takes {longest:.0f} ms alone."
        )
    heaviest = max(cost["kB"] for cost in pages.values())
    lines.append(f"- The largest page has {heaviest:.0f} kB; the bound is {LARGEST} kB.")
    return "\n".join(lines) + "\n"


def main(keep: str, page: str, times: int) -> None:
    size, busy = Size(), os.getloadavg()[0]
    said = f"{size.requests:,} requests, {size.people:,} people, {size.applications:,} applications, {size.ties:,} ties"
    text = HEAD.format(
        size=said,
        people=PEOPLE,
        thinks=THINKS,
        rate=PEOPLE / THINKS,
        alone=ALONE,
        times=times,
        cores=os.cpu_count(),
        load=busy,
        before=", beside which all of this had priority" if os.nice(0) < 0 else "",
    )
    pages: dict[Key, Cost] = {}
    found: dict[str, dict[Key, tuple[float, list[float]]]] = {}
    with ExitStack() as stack:
        folder = Path(keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="udsyn-office-")))
        for name, address in databases(stack):
            kept = folder / f"{name}.json"
            if not kept.exists():
                kept.write_text(json.dumps(measure(folder / name, address(), times)))
            rows = json.loads(kept.read_text())
            found[name] = {(role, shown): (quiet, taken) for role, shown, _cost, quiet, taken in rows}
            pages = pages or {(role, shown): cost for role, shown, cost, _quiet, _taken in rows}
    text += table(pages, found)
    Path(page).write_text(text) if page else print(text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name in ("keep", "page", "build", "costs"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--times", type=int, default=10)
    asked = parser.parse_args()
    if asked.build:
        build(asked.build)
    elif asked.costs:
        print(json.dumps(costs(asked.costs)))
    else:
        main(asked.keep, asked.page, asked.times)
