"""The desk of a busy ministry with 20 people at work: how long each page takes a reader, and what it asks and weighs.

    python -m benchmarks.office [--keep FOLDER] [--page docs/desk-speed.md] [--times 20]

builds the desk, serves it as an operator does, lets 20 people read, and asks for each page of each role so many times
beside them; on SQLite and, where it is installed, on PostgreSQL (`DATABASE_URL`, or one that is started for it). Both
desks and both measurements are kept in FOLDER: what stands there is not built or measured again, so that the command
can be stopped and taken up. It prints the table or writes it as a page of the manual.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import requests
from tests.desk.cast import BACKEND, ROLES, clean
from tests.desk.loaded import GROWING, Size, load, paths
from tests.desk.postgresql import PROGRAMS, running_postgresql

from benchmarks.desk import free_port, served

#: how many of each role are at work
AT_WORK = {"visitor": 4, "officer": 4, "attache": 4, "client": 3, "advisor": 2} | dict.fromkeys(
    ("assistant", "auditor", "administrator"), 1
)
THINKS = (5.0, 10.0)  #: seconds between two pages of a person
BOUND, LARGEST = 150, 300  #: milliseconds, kB
Cost = dict[str, Any]  #: of a page of a role: its address, questions, kB
Key = tuple[str, str]  #: role and page

HEAD = """# How quick the desk is

`python -m benchmarks.office --page docs/desk-speed.md` writes this page. The demonstration is copied until it holds
{size}, spread over ten years, with candidates, introductions, log lines, follow-ups and outcomes of every request and a
line of the ledger for each. It is served as `udsyn desk serve` does (one process, four threads). {people} people are at
work: each reads a page of their role, thinks {least:.0f} to {most:.0f} seconds, and reads the next. Beside them every
page of every role is asked {times} times without a pause, and timed from the request to its last byte: of so few, p95
is nearly the slowest.
{cores} cores, load of the machine before: {load:.1f}{before}.
The demonstration has no record here, and reads no evidence. Key figures are kept for a minute
while nothing changes, as in use.

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
    for role in AT_WORK:
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

    def read(self, path: str) -> float:
        """Milliseconds from the request to the last byte."""
        begun = time.perf_counter()
        answer = self.session.get(self.address + path)
        if answer.status_code != 200:
            sys.exit(f"{path}: {answer.status_code}")
        return 1000 * (time.perf_counter() - begun)


def work(reader: Reader, pages: list[str], seed: int, over: threading.Event) -> None:
    draw = random.Random(seed)
    while not over.wait(draw.uniform(*THINKS)):
        reader.read(draw.choice(pages))


@contextmanager
def at_work(address: str, held: dict[str, Any]) -> Iterator[None]:
    """The people of `AT_WORK` read, until it ends."""
    over, threads = threading.Event(), []
    for role in (role for role, many in AT_WORK.items() for _one in range(many)):
        pages = [cost["path"] for cost in held["pages"][role].values()]
        reader = Reader(address, held["users"].get(role))
        threads.append(threading.Thread(target=work, args=(reader, pages, len(threads), over)))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def timed(address: str, held: dict[str, Any], times: int) -> dict[Key, list[float]]:
    """Each page of each role so many times, in turn, so that no moment of the machine falls on one page alone."""
    readers = {role: Reader(address, held["users"].get(role)) for role in AT_WORK}
    found: dict[Key, list[float]] = {(role, name): [] for role in AT_WORK for name in held["pages"][role]}
    with at_work(address, held):
        for turn in range(times + 1):
            for (role, name), taken in found.items():
                ms = readers[role].read(held["pages"][role][name]["path"])
                taken += [ms] if turn else []  # the first turn warms the server
    return found


def inside(folder: Path, url: str, what: str) -> str:
    """Run a part of this page in a process of its own: one process works on one desk."""
    environment = clean() | ({"DATABASE_URL": url} if url else {})
    command = [sys.executable, "-m", "benchmarks.office", f"--{what}", str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def measure(folder: Path, url: str, times: int) -> list[tuple[str, str, Cost, list[float]]]:
    """Of each page of each role what it costs, and milliseconds."""
    folder.mkdir(exist_ok=True)
    if not (folder / "built").exists():
        inside(folder, url, "build")
        (folder / "built").touch()
    held = json.loads(inside(folder, url, "costs").splitlines()[-1])
    with served(folder, port := free_port(), clean() | ({"DATABASE_URL": url} if url else {})):
        found = timed(f"http://127.0.0.1:{port}", held, times)
    return [(*key, held["pages"][key[0]][key[1]], taken) for key, taken in found.items()]


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


def table(pages: dict[Key, Cost], found: dict[str, dict[Key, list[float]]]) -> str:
    """Markdown: a line per page, the slowest first, and how many keep the bounds."""
    slowest = {key: max(late(taken[key]) for taken in found.values()) for key in pages}
    lines = ["".join(["| role | page | questions | kB |", *(f" {name} p50 | p95 |" for name in found)])]
    lines.append("|---" * (4 + 2 * len(found)) + "|")
    for key in sorted(pages, key=lambda key: -slowest[key]):
        ms = [f"{statistics.median(taken[key]):.0f} | {late(taken[key]):.0f}" for taken in found.values()]
        cells = (*key, str(pages[key]["questions"]), f"{pages[key]['kB']:.0f}", *ms)
        lines.append(f"| {' | '.join(cells)} |")
    lines.append("")
    for name, taken in found.items():
        under = sum(late(of) < BOUND for of in taken.values())
        every = late([ms for of in taken.values() for ms in of])
        lines.append(f"- {name}: {under} of {len(pages)} pages have a p95 under {BOUND} ms; p95 of all {every:.0f} ms.")
    heaviest = max(cost["kB"] for cost in pages.values())
    lines.append(f"- The largest page has {heaviest:.0f} kB; the bound is {LARGEST} kB.")
    return "\n".join(lines) + "\n"


def main(keep: str, page: str, times: int) -> None:
    size, busy = Size(), os.getloadavg()[0]
    said = f"{size.requests:,} requests, {size.people:,} people, {size.applications:,} applications, {size.ties:,} ties"
    text = HEAD.format(
        size=said,
        people=sum(AT_WORK.values()),
        least=THINKS[0],
        most=THINKS[1],
        times=times,
        cores=os.cpu_count(),
        load=busy,
        before=", beside which all of this had priority" if os.nice(0) < 0 else "",
    )
    pages: dict[Key, Cost] = {}
    found: dict[str, dict[Key, list[float]]] = {}
    with ExitStack() as stack:
        folder = Path(keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="udsyn-office-")))
        for name, address in databases(stack):
            kept = folder / f"{name}.json"
            if not kept.exists():
                kept.write_text(json.dumps(measure(folder / name, address(), times)))
            rows = json.loads(kept.read_text())
            found[name] = {(role, shown): taken for role, shown, _cost, taken in rows}
            pages = pages or {(role, shown): cost for role, shown, cost, _taken in rows}
    text += table(pages, found)
    Path(page).write_text(text) if page else print(text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name in ("keep", "page", "build", "costs"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--times", type=int, default=20)
    asked = parser.parse_args()
    if asked.build:
        build(asked.build)
    elif asked.costs:
        print(json.dumps(costs(asked.costs)))
    else:
        main(asked.keep, asked.page, asked.times)
