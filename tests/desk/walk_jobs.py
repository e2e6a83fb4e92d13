"""Walks every job of every role in every pass: `python -m tests.desk.walk_jobs` writes docs/desk_jobs.md.

`ONLY` (a part of a pass' name, such as `keyboard` or `da`) walks some of them and prints what it counts.
Without `UDSYN_PICTURED` (the folder of a demonstration desk) a demonstration is built first; each pass works on a copy.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
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
    """The page: a row a job, of each pass that was walked the largest figure over its languages."""
    ways = dict.fromkeys((one.how.name, one.how.language) for one in walked)
    told = [(name, what) for name in TOLD for what in TOLD[name] if any(name == way for way, _language in ways)]
    lines = [f"Walked for this page: {', '.join(f'{name} ({language})' for name, language in ways)}.", ""]
    lines.append("| role | job | " + " | ".join(f"{name}: {what}" for name, what in told) + " |")
    lines.append("|---|---|" + "--:|" * len(told))
    for one in JOBS:
        mine = [w for w in walked if w.job is one]
        figures = [round(max(getattr(w, what) for w in mine if w.how.name == name)) for name, what in told]
        lines.append(f"| {one.role} | {one.name} | " + " | ".join(map(str, figures)) + " |")
    return HEAD + "\n".join(lines) + "\n"


def main(only: str = "") -> int:
    """Walk, print what was counted, write the page if all was walked and could be done. Returns how many could not."""
    from playwright.sync_api import sync_playwright

    with demonstration_folder() as source, sync_playwright() as playwright:
        users, links = inside(source, USERS), inside(source, LINKS)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        walked = []
        for how in PASSES:
            if only not in f"{how.name}-{how.language}":
                continue
            with served_copy(source) as url:
                for one in walk_all(browser, url, how, JOBS, users, links):
                    walked.append(one)
                    said = one.wrong or f"{one.clicks} clicks, {one.keys} keys, {one.seconds:.0f} s"
                    print(f"{how.name} {how.language} {one.job.role}: {one.job.name}: {said}", flush=True)
        browser.close()
    failed = sum(bool(one.wrong) for one in walked)
    if not only and not failed:
        PAGE.write_text(table(walked), encoding="utf-8")
    return failed


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    sys.exit(bool(main(*sys.argv[1:])))
