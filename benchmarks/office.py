"""The desk of a busy ministry: questions, processor time and size of its pages, at a tenth of its rows and at all.

`python -m benchmarks.office [PAGE]` prints the table, or writes it as a page of the manual. Processor time is that of
the process that answers, in milliseconds, the least of two answers: a busy machine changes it less than the clock.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.desk.cast import BACKEND, ROLES
from tests.desk.loaded import GROWING, Size, load, paths

PLAYED = ("visitor", "officer", "attache", "advisor", "assistant", "client", "auditor", "administrator")
PARTS, ANSWERS = (0.1, 1.0), 2
Cost = tuple[int, float, int]  #: questions, milliseconds, bytes

HEAD = """# How quick the desk is

`python -m benchmarks.office docs/desk-speed.md` writes this page. The demonstration is copied until it holds {size},
spread over ten years, with candidates, introductions, log lines, follow-ups and outcomes of every request and a line of
the ledger for each. Processor time of the answering process, the least of two answers, SQLite; {cores} cores, load of
the machine {load:.0f}. The demonstration has no record here, so that evidence is not read.

Each row is a page of a role (of the lists, those that grow): questions to the database with a tenth of the rows and
with all, processor time with both, and the size of the page with all. `tests/desk/test_loaded.py` holds the number of
questions and the largest page.

"""


def measure(folder: str, part: float) -> dict[tuple[str, str], Cost]:
    """What every page of every role costs, in a desk of its own."""
    from udsyn.desk.ops import office
    from udsyn.world.desk import half_year

    office.start(folder)
    half_year.build(folder)
    load(Size().share(part))
    from django.conf import settings
    from django.test import Client

    from udsyn.desk.rooms.parties.models import User

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    found = {}
    for role in PLAYED:
        client = Client()
        if ROLES[role]:
            client.force_login(User.objects.get(email=ROLES[role]), backend=BACKEND)
        for name, path in paths(role, GROWING).items():
            if client.get(path).status_code == 200:
                found[role, name] = cost(client, path)
    return found


def cost(client: object, path: str) -> Cost:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times = []
    for _answer in range(ANSWERS):
        begun = time.process_time()
        client.get(path)  # type: ignore[attr-defined]
        times.append(1000 * (time.process_time() - begun))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(path)  # type: ignore[attr-defined]
    return len(queries), min(times), len(page.content)


def table(found: list[dict[tuple[str, str], Cost]]) -> str:
    """Markdown: a line per page, the dearest first, and what all together take."""
    small, large = found
    lines = ["| role | page | questions | ms of CPU | kB |", "|---|---|---|---|---|"]
    for key in sorted(large, key=lambda key: -large[key][1]):
        (few, quick, _), (many, slow, size) = small[key], large[key]
        lines.append(f"| {' | '.join(key)} | {few} → {many} | {quick:.0f} → {slow:.0f} | {size / 1000:.0f} |")
    times = [slow for _n, slow, _s in large.values()]
    cuts = statistics.quantiles(times, n=20)
    under = sum(ms < 150 for ms in times)
    lines += ["", f"{len(times)} pages: median {statistics.median(times):.0f} ms, 95 % under {cuts[18]:.0f} ms; "]
    lines[-1] += f"{under} of them under 150 ms; the largest has {max(s for *_, s in large.values()) / 1000:.0f} kB."
    return "\n".join(lines) + "\n"


def in_process(part: float) -> dict[tuple[str, str], Cost]:
    """Measured in a process of its own: one process works on one desk."""
    with tempfile.TemporaryDirectory(prefix="udsyn-office-") as folder:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("UDSYN_DESK", "DATABASE_URL", "DJANGO"))}
        command = [sys.executable, "-m", "benchmarks.office", "--measure", folder, str(part)]
        done = subprocess.run(command, env=clean, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        rows = [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 4]
        return {(role, name): (int(n), float(ms), int(size)) for role, name, n, ms, size in rows}


def main(page: str = "") -> None:
    size = Size()
    said = f"{size.requests:,} requests, {size.people:,} people, {size.applications:,} applications, {size.ties:,} ties"
    text = HEAD.format(size=said, cores=os.cpu_count(), load=os.getloadavg()[0])
    text += table([in_process(part) for part in PARTS])
    if page:
        Path(page).write_text(text)
    else:
        print(text)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        for key, costs in measure(sys.argv[2], float(sys.argv[3])).items():
            print(*key, *costs, sep="\t")
    else:
        main(*sys.argv[1:])
