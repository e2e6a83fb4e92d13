"""Sixty pictures of the demonstration desk, to be looked at one by one: `python -m tests.desk.pictures FOLDER [ONLY]`.

Each page is taken wide and at 360 px, by day and by night; every second one in Danish. `ONLY` takes those whose name
holds it.
Without `UDSYN_PICTURED` (the folder of a demonstration desk) one is built first.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.desk.browsing import CHROMIUM, PHONE, WIDE
from tests.desk.cast import clean, running

#: role (as its door is named), name of the picture, address without its language
PAGES = (
    ("", "front", "/"),
    ("", "partner", "/with/KR/"),
    ("", "results", "/results/"),
    ("", "background", "/background/"),
    ("Officer", "officer", "/"),
    ("Officer", "officer-partner", "/desk/countries/?q=south+korea|"),
    ("Officer", "stays", "/desk/stays/"),
    ("Officer", "search", "/search/"),
    ("Attaché", "attache", "/"),
    ("Attaché", "request", "/desk/requests/|"),
    ("Attaché", "log", "/desk/requests/log/"),
    ("Advisor", "advisor", "/"),
    ("Client", "client", "/"),
    ("Auditor", "auditor", "/"),
    ("Administrator", "administrator", "/"),
)
DRESSES = (
    ("wide", WIDE, "light"),
    ("wide-dark", WIDE, "dark"),
    ("phone", PHONE, "light"),
    ("phone-dark", PHONE, "dark"),
)
BUILD = """
import sys
from udsyn.desk.ops import office
from udsyn.world.desk import half_year
office.start(sys.argv[1])
half_year.build(sys.argv[1])
"""


@contextmanager
def demonstration_folder() -> Iterator[str]:
    """The folder of a demonstration desk: the one that is named, or a new one."""
    with tempfile.TemporaryDirectory(prefix="udsyn-pictures-") as new:
        folder = os.environ.get("UDSYN_PICTURED") or new
        if folder == new:
            subprocess.run([sys.executable, "-c", BUILD, folder], env=clean(), check=True, stdout=subprocess.DEVNULL)
        yield folder


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a served demonstration desk."""
    with demonstration_folder() as folder:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with running(folder, port):
            yield f"http://127.0.0.1:{port}"


def take(page: Any, language: str, path: str, file: Path) -> None:
    """A picture of a page; of a list that ends in `|`, of the page of its first row."""
    page.goto(f"/{language}{path.rstrip('|')}")
    if path.endswith("|"):
        page.goto(page.locator("table a[href*='/desk/']").first.get_attribute("href"))
    page.screenshot(path=file, full_page=True)


def main(folder: str, only: str = "") -> None:
    from playwright.sync_api import sync_playwright

    Path(folder).mkdir(parents=True, exist_ok=True)
    with demonstration() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for dress, viewport, scheme in DRESSES:
            for role in dict.fromkeys(role for role, _name, _path in PAGES):
                context = browser.new_context(viewport=viewport, color_scheme=scheme, base_url=url)
                page = context.new_page()
                page.set_default_timeout(120_000)
                if role:
                    page.goto("/en/")
                    with page.expect_navigation():
                        page.get_by_role("button", name=re.compile(role, re.IGNORECASE)).first.click()
                for number, (_role, name, path) in enumerate(PAGES):
                    if _role == role and only in f"{name}-{dress}":
                        take(page, ("en", "da")[number % 2], path, Path(folder) / f"{name}-{dress}.png")
                context.close()
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
