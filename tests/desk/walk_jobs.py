"""Walks every job of every role in every pass: `python -m tests.desk.walk_jobs [ONLY [KEPT]]` writes docs/desk_jobs.md.

`ONLY` (a part of a pass' name, such as `keyboard` or `da`) walks some of them. `KEPT` is a file that takes a line of
JSON for each job walked; a job that could be done there is not walked again, so that a walk can be stopped and taken
up, and several can walk beside each other. The page is written by whoever finds that all was walked.
Without `UDSYN_PICTURED` (the folder of a demonstration desk) a demonstration is built first; each pass works on a copy.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Error
from tests.desk.browsing import CHROMIUM
from tests.desk.cast import inside, running
from tests.desk.job_walking import PASSES, Hands, Pass
from tests.desk.jobs import JOBS, LINKS, PLAYED_BY, Job
from tests.desk.pictures import demonstration_folder

PAGE = Path(__file__).parents[2] / "docs/desk_jobs.md"
LOCALES = {"en": "en-GB", "da": "da-DK"}
USERS = """
from udsyn.desk.rooms.parties.models import User
print(json.dumps(dict(User.objects.values_list("email", "pk"))))
"""
HEAD = """# What the commonest jobs take

Twelve roles, five jobs each, walked in Chromium on the demonstration: `python -m tests.desk.walk_jobs` writes this
page. Each job is walked seven times: at a desk (1280 pixels) and on a telephone (360 pixels) in both languages, on a
telephone without JavaScript, by keyboard alone, and by what a screen reader is told, where every page must have one
heading, a title, and a name for whatever can be used.

Clicks and keys are counted, from the start page or the link in a mail until the page says that it is done. Seconds are
what the pages took on the machine that walked, plus a hand's: 2.65 s for a click with its look and movement
(keystroke-level model, Card, Moran and Newell 1980), 0.23 s for a key at a desk (Dhakal et al. 2018), 0.33 s on a
telephone (Palin et al. 2019). Reading and thinking up a text are not counted. Where the languages differ, the larger
figure stands. By keyboard every key counts, each Tab too; the menu is passed by the link at the head of the page.

Three jobs of the auditor and one of the administrator end in looking. An auditor changes nothing that others wrote: to
look up who did what, and to ask about it, is the work. An administrator opens the page of work in the background to see
that the night went well, and mostly closes it again: steps are there only for what failed, which no demonstration has.

There are no figures from before these pages were made: nobody counted then, and the same walk finds other pages there.

"""


@dataclass(frozen=True)
class Walked:
    """What one job took in one pass."""

    job: Job
    how: Pass
    clicks: int
    keys: int
    seconds: float
    wrong: str = ""  #: why it could not be done


@contextmanager
def served_copy(source: Path | str) -> Iterator[str]:
    """The address of a copy of a desk that may be changed."""
    with tempfile.TemporaryDirectory(prefix="udsyn-jobs-") as made:
        folder = Path(made) / "desk"
        shutil.copytree(source, folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with running(folder, port):
            yield f"http://127.0.0.1:{port}"


def walk(page: Any, how: Pass, one: Job, links: dict[str, str]) -> Walked:
    """One job from its first page to what says that it is done."""
    hands, step, wrong = Hands(page, how), one.steps[0], ""
    try:
        page.goto(f"/{how.language}{links.get(one.start, one.start or '/')}")
        for step in one.steps:
            getattr(hands, step[0])(*step[1:])
    except (AssertionError, Error) as error:
        wrong = f"{step} at {page.url}: {str(error)[:600]}"
    return Walked(one, how, hands.clicks, hands.keys, hands.seconds, wrong)


def walk_all(browser: Any, url: str, how: Pass, jobs: Iterable[Job], users: Any, links: Any) -> Iterator[Walked]:
    """Jobs in the order of their roles, each role in a browser of its own."""
    chosen = list(jobs)
    for role in dict.fromkeys(one.role for one in chosen):
        context = browser.new_context(
            viewport=how.viewport, java_script_enabled=how.script, base_url=url, locale=LOCALES[how.language]
        )
        with closing(context):
            page = context.new_page()
            page.set_default_timeout(60_000)
            if PLAYED_BY[role]:
                page.goto(f"/{how.language}/")
                with page.expect_navigation():
                    page.locator(f'button[name=user][value="{users[PLAYED_BY[role]]}"]').click()
            for one in chosen:
                if one.role == role:
                    yield walk(page, how, one, links)


#: pass → what is told of it
TOLD = {
    "desk": ("clicks", "keys", "seconds"),
    "phone": ("clicks", "keys", "seconds"),
    "no script": ("clicks", "keys", "seconds"),
    "keyboard": ("keys", "seconds"),
}


def table(walked: list[Walked]) -> str:
    """The page: a row a job, of each pass that is told the largest figure over its languages."""
    told = [(name, what) for name in TOLD for what in TOLD[name]]
    lines = ["| role | job | " + " | ".join(f"{name}: {what}" for name, what in told) + " |"]
    lines.append("|---|---|" + "--:|" * len(told))
    for one in JOBS:
        mine = [w for w in walked if w.job == one]
        figures = [[getattr(w, what) for w in mine if w.how.name == name] for name, what in told]
        cells = [str(round(max(of))) if of else "not walked" for of in figures]
        lines.append(f"| {one.role} | {one.name} | " + " | ".join(cells) + " |")
    lines.append("")
    for how in PASSES:
        mine = [w for w in walked if w.how == how]
        if not mine:
            lines.append(f"- {how.name} ({how.language}): not walked.")
            continue
        clicks, keys = (statistics.median(getattr(w, what) for w in mine) for what in ("clicks", "keys"))
        slowest = max(mine, key=lambda w: w.seconds)
        lines.append(
            f"- {how.name} ({how.language}): {len(mine)} of {len(JOBS)} jobs done; median {clicks:.0f} clicks and "
            f"{keys:.0f} keys; longest {slowest.seconds:.0f} s ({slowest.job.role}: {slowest.job.name})."
        )
    lines += [
        "",
        *(f"More than ten clicks: *{one.name}* ({one.role}), since {one.reason}." for one in JOBS if one.reason),
    ]
    return HEAD + "\n".join(lines) + "\n"


def kept(file: Path) -> list[Walked]:
    """What stands in a file: of each job in each pass the last that was done."""
    named = {(one.role, one.name): one for one in JOBS}
    ways = {f"{how.name}-{how.language}": how for how in PASSES}
    found = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        told = json.loads(line)
        one, how = named.get((told.pop("role"), told.pop("job"))), ways[told.pop("how")]
        if one and not told["wrong"]:
            found[one, how.name, how.language] = Walked(one, how, **told)
    return list(found.values())


def line(walked: Walked) -> str:
    how = f"{walked.how.name}-{walked.how.language}"
    told = {name: getattr(walked, name) for name in ("clicks", "keys", "seconds", "wrong")}
    return json.dumps({"role": walked.job.role, "job": walked.job.name, "how": how, **told}, ensure_ascii=False)


def main(only: str = "", file: str = "") -> int:
    """Walk, print what was counted, write the page if all was walked and could be done. Returns how many could not."""
    from playwright.sync_api import sync_playwright

    failed = 0
    with ExitStack() as stack:
        new = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="udsyn-walked-"))) / "walked"
        book = Path(file or new)
        source = stack.enter_context(demonstration_folder())
        playwright = stack.enter_context(sync_playwright())
        users, links = inside(source, USERS), inside(source, LINKS)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for how in PASSES:
            done = {one.job for one in kept(book) if one.how == how}
            left = [one for one in JOBS if one not in done and only in f"{how.name}-{how.language}"]
            if not left:
                continue
            url = stack.enter_context(served_copy(source))
            for one in walk_all(browser, url, how, left, users, links):
                with book.open("a", encoding="utf-8") as lines:
                    print(line(one), file=lines)
                said = one.wrong or f"{one.clicks} clicks, {one.keys} keys, {one.seconds:.0f} s"
                print(f"{how.name} {how.language} {one.job.role}: {one.job.name}: {said}", flush=True)
                failed += bool(one.wrong)
        browser.close()
        walked = kept(book)
    if len(walked) == len(JOBS) * len(PASSES):
        PAGE.write_text(table(walked), encoding="utf-8")
    return failed


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    sys.exit(bool(main(*sys.argv[1:])))
