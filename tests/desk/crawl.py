"""Every page as every role in both languages and all themes: `python -m tests.desk.crawl FILE [LANGUAGE-ROLE]`.

Every address is answered for every role and language, and each answer read (`skeleton.Page`): what must fit together on
it, and the fingerprints of its main part and of its frame. A browser is shown
- each page whose main part or frame has a fingerprint that was not seen before: axe (WCAG 2.0 to 2.2, A and AA, and its
  good practice from moderate on) with all that folds unfolded, and the contrast of every text in each theme, by WCAG's
  formula; where an element stands in a parent as none did before, axe reads contrast by day and by night too, and the
  size of targets at 320 pixels;
- each page whose main part has a content that was not seen before: at 320 pixels, and at 1,280 with text twice as
  large, nothing may be wider than the window or cut off.

A line of JSON for each answer goes into FILE. What stands there is not asked for again, so that a crawl can be stopped
and taken up, until a style sheet or a script changes. `python -m tests.desk.crawl FILE --table` counts it.
Without `UDSYN_PICTURED` (the folder of a demonstration desk) a demonstration is built first; with `UDSYN_RECORD` its
pages show evidence.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.desk.browsing import CHROMIUM, WIDE
from tests.desk.cast import ASSESSORS, BACKEND, ROLES
from tests.desk.pictures import demonstration_folder
from tests.desk.skeleton import LANGUAGES, Page, digest

NARROWEST = {"width": 320, "height": 700}
#: theme → what a device asks for
THEMES = {
    "light": {"color_scheme": "light", "contrast": "no-preference"},
    "dark": {"color_scheme": "dark", "contrast": "no-preference"},
    "light, high contrast": {"color_scheme": "light", "contrast": "more"},
    "dark, high contrast": {"color_scheme": "dark", "contrast": "more"},
}
STATIC = sorted(Path(__file__).parents[2].glob("src/udsyn/desk/**/static/*/*"))
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
PLACE = "http://desk.example"  #: where the browser is told that the pages stand; nothing is asked of a network

UNFOLD = "document.querySelectorAll('main details').forEach(e => e.open = true)"
MEASURE = """() => {
    const wide = document.documentElement.scrollWidth > window.innerWidth + 1
    const cut = [...document.querySelectorAll('main *')].filter(e =>
        e.clientHeight > 1 && e.scrollHeight > e.clientHeight + 2 && getComputedStyle(e).overflow === 'hidden' &&
            !e.closest('.hidden, .hidden-button, svg, table.stack thead')
    ).map(e => 'cut off: ' + e.outerHTML.slice(0, 120))
    const over = !wide ? [] : [...document.querySelectorAll('body *')].filter(
        e => e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest('.scroll, .manual, pre'))
    return [...(wide ? ['wider than the window: ' + (over.at(-1)?.outerHTML.slice(0, 120) ?? '')] : []), ...cut]
}"""
#: each menu opened alone
MENUS = """() => [...document.querySelectorAll('header details')].flatMap(e => {
    e.open = true
    const wide = document.documentElement.scrollWidth > window.innerWidth + 1
    e.open = false
    return wide ? ['wider than the window: menu ' + e.querySelector('summary').textContent] : []
})"""
#: what axe finds on a part of the page; `rules` are the only ones asked for, else all but contrast
AXE = """async ([place, rules]) => {
    const all = {rules: {'color-contrast': {enabled: false}, 'target-size': {enabled: true}}}
    const options = rules ? {runOnly: {type: 'rule', values: rules}} : all
    const found = (await axe.run(place, {resultTypes: ['violations'], preload: false, ...options})).violations
    return found.filter(v => v.impact !== 'minor' || v.tags.some(t => t.startsWith('wcag')))
        .map(v => `${v.id}: ${v.nodes.length} such as ${v.nodes[0].html.slice(0, 200)}`)
}"""
#: texts whose colour is too near to what they stand on; 3:1 is enough for large ones
CONTRAST = """() => {
    const parts = colour => colour.match(/[\\d.]+/g).map(Number)
    const over = ([r, g, b, a = 1], under) => [r, g, b].map((one, n) => one * a + under[n] * (1 - a))
    const light = colour => colour.map(c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
        .reduce((sum, c, n) => sum + c * [.2126, .7152, .0722][n], 0)
    const grounds = new Map()
    const ground = e => {
        if (!e) return [255, 255, 255]
        if (!grounds.has(e)) {
            const own = parts(getComputedStyle(e).backgroundColor)
            grounds.set(e, own[3] === 0 ? ground(e.parentElement) : over(own, ground(e.parentElement)))
        }
        return grounds.get(e)
    }
    const seen = new Set(), found = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
        const e = walker.currentNode.parentElement
        if (!walker.currentNode.data.trim() || seen.has(e)) continue
        seen.add(e)
        const aside = 'script, style, svg, option, .hidden, .hidden-button, [disabled]'
        if (!e.checkVisibility() || e.closest(aside)) continue
        const look = getComputedStyle(e), size = parseFloat(look.fontSize), under = ground(e)
        const [a, b] = [light(over(parts(look.color), under)), light(under)].sort((x, y) => y - x)
        const ratio = (a + .05) / (b + .05), large = size >= 24 || (size >= 18.66 && look.fontWeight >= 700)
        if (ratio < (large ? 3 : 4.5)) found.push(`contrast ${ratio.toFixed(2)}: ${e.outerHTML.slice(0, 160)}`)
    }
    return found
}"""


@dataclass
class Look:
    """One browser that is shown pages, and what it has seen: `known` fingerprints and contents, `parts` under axe."""

    browser: Any
    known: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        from axe_playwright_python.base import AXE_SCRIPT

        self.axe, self.shown = AXE_SCRIPT, ""
        self.page = self.browser.new_context(viewport=WIDE).new_page()
        self.page.set_default_timeout(120_000)
        self.page.route("**/*", self.answer)

    def answer(self, route: Any) -> None:
        """The page that is looked at, or a file that it names."""
        path = urlsplit(route.request.url).path
        if route.request.is_navigation_request():
            route.fulfill(body=self.shown, content_type="text/html; charset=utf-8")
        elif file := next((f for f in STATIC if path == f"/static/{f.parent.name}/{f.name}"), None):
            route.fulfill(body=file.read_bytes(), content_type=KINDS[file.suffix])
        else:
            route.fulfill(status=404, body="")

    def at(self, page: Page) -> dict[str, Any]:
        """What a browser finds wrong with a page, as far as it has not seen the same before."""
        new = {page.main, page.frame} - self.known
        if not new and page.content in self.known:
            return {}
        self.shown = page.text
        self.page.set_viewport_size(WIDE)
        self.page.goto(f"{PLACE}/{page.language}/")
        self.page.evaluate(UNFOLD)
        wrong = self.judged(page) if new else []
        high = self.page.evaluate("document.documentElement.scrollHeight")
        wrong += self.laid_out(menus=page.frame in new)
        self.known |= {*new, page.content}
        return {"wrong": wrong, "judged": bool(new), "laid out": True, "high": high}

    def judged(self, page: Page) -> list[str]:
        """By axe, and by the contrast of each text in each theme."""
        self.page.evaluate(self.axe)
        found = self.page.evaluate(AXE, ["html", None])
        by_axe = not page.parts <= self.parts
        self.parts |= page.parts
        for theme, asked in THEMES.items():
            self.page.emulate_media(**asked)
            seen = self.page.evaluate(CONTRAST)
            if by_axe and asked["contrast"] == "no-preference":
                seen += self.page.evaluate(AXE, ["html", ["color-contrast"]])
            found += [f"{theme}: {one}" for one in seen]
        self.page.emulate_media(**THEMES["light"])
        if page.frame not in self.known and self.page.locator("header details").count():
            self.page.evaluate("document.querySelectorAll('header details').forEach(e => e.open = true)")
            found += [f"menus open: {one}" for one in self.page.evaluate(CONTRAST)]
            found += [f"menus open: {one}" for one in self.page.evaluate(AXE, ["header", None])]
            self.page.evaluate("document.querySelectorAll('header details').forEach(e => e.open = false)")
        if by_axe:
            self.page.set_viewport_size(NARROWEST)
            only = ["target-size", "scrollable-region-focusable"]
            found += [f"320 pixels: {one}" for one in self.page.evaluate(AXE, ["html", only])]
            self.page.set_viewport_size(WIDE)
        return found

    def laid_out(self, *, menus: bool = False) -> list[str]:
        """At 1,280 pixels with text twice as large, and at 320."""
        measures = (MEASURE, MENUS) if menus else (MEASURE,)
        found = self.page.evaluate(MENUS) if menus else []
        self.page.evaluate("document.documentElement.style.fontSize = '200%'")
        found += [f"text 200 %: {one}" for measure in measures for one in self.page.evaluate(measure)]
        self.page.evaluate("document.documentElement.style.fontSize = ''")
        self.page.set_viewport_size(NARROWEST)
        return found + [f"320 pixels: {one}" for measure in measures for one in self.page.evaluate(measure)]


def answers(only: str, done: set[tuple[str, str, str]]) -> Iterator[tuple[dict[str, Any], str]]:
    """(what is asked, the page that answers or nothing) for each address, role and language."""
    from django.test import Client
    from tests.desk.addresses import DOWNLOADS, ONLY_POST, examples

    from udsyn.desk.rooms.parties.models import User

    left_out = ONLY_POST | DOWNLOADS | {"health", "view", "account_logout", "root"}
    held = {name: paths for name, paths in examples().items() if name not in left_out}
    for language in reversed(LANGUAGES):  # Danish has the longer words
        for role, email in (ROLES | ASSESSORS).items():
            if only not in f"{language}-{role}":
                continue
            client = Client(HTTP_HOST="localhost", raise_request_exception=False)
            if email:
                client.force_login(User.objects.get(email=email), backend=BACKEND)
            for name, paths in held.items():
                for there in paths:
                    path = re.sub("^/(en|da)/", f"/{language}/", there)
                    if (language, role, path) in done:
                        continue
                    answer = client.get(path)
                    page = "html" in answer.headers.get("Content-Type", "") and answer.status_code not in (301, 302)
                    asked = {"language": language, "role": role, "name": name, "path": path}
                    yield asked | {"answer": answer.status_code}, answer.content.decode() if page else ""


@contextmanager
def desk_within() -> Iterator[None]:
    """This process is a desk that works on a copy of the demonstration."""
    with demonstration_folder() as source, tempfile.TemporaryDirectory(prefix="udsyn-crawl-") as made:
        folder = shutil.copytree(source, Path(made) / "desk")
        os.environ |= {"UDSYN_DESK": str(folder), "DJANGO_SETTINGS_MODULE": "udsyn.desk.ops.settings"}
        import django

        django.setup()
        yield


def dress() -> str:
    """What pages look like and do: another sheet or script, and all must be looked at again."""
    return digest("".join(digest(f.read_text("utf-8")) for f in STATIC if f.suffix in (".css", ".js")))


def kept(file: Path) -> list[dict[str, Any]]:
    """The lines of a crawl, as long as what pages look like has not changed."""
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
    return [line for line in lines if line["dress"] == dress()]


def crawl(look: Look, file: Path, only: str = "") -> None:
    """A line for each answer: its fingerprints, whether a browser saw it, and what is wrong."""
    held, now = kept(file), dress()
    done = {(line["language"], line["role"], line["path"]) for line in held}
    look.known |= {line[block] for line in held if "main" in line for block in ("main", "frame", "content")}
    with file.open("a", encoding="utf-8") as lines:
        for asked, text in answers(only, done):
            if text:
                page = Page(text, asked["language"])
                found = look.at(page)
                asked |= {"main": page.main, "frame": page.frame, "content": page.content}
                asked |= found | {"wrong": page.wrong() + found.get("wrong", [])}
            print(json.dumps(asked | {"dress": now}, ensure_ascii=False), file=lines, flush=True)


def table(lines: Iterable[dict[str, Any]]) -> str:
    """How many pages each role was answered with, and what was found; over all, how many differ and were seen."""
    pages = [line for line in lines if "main" in line]
    rows = ["| role | English | Danish | with something wrong |", "|---|--:|--:|--:|"]
    for role in ROLES | ASSESSORS:
        mine = [line for line in pages if line["role"] == role]
        counts = [sum(line["language"] == language for line in mine) for language in LANGUAGES]
        rows.append(f"| {role.replace('_', ' ')} | {counts[0]} | {counts[1]} | {sum(bool(p['wrong']) for p in mine)} |")
    differ = {block: len({line[block] for line in pages}) for block in ("main", "frame", "content")}
    seen = {what: sum(bool(line.get(what)) for line in pages) for what in ("judged", "laid out")}
    return "\n".join(rows) + (
        f"\n\n{len(pages):,} pages; {differ['main']:,} skeletons of main parts and {differ['frame']:,} of frames, "
        f"{seen['judged']:,} pages judged; {differ['content']:,} contents, {seen['laid out']:,} pages laid out."
    )


def main(file: str, only: str = "") -> int:
    """Crawl, or count. Returns how many pages have something wrong."""
    if only != "--table":
        from playwright.sync_api import sync_playwright

        with desk_within(), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            crawl(Look(browser), Path(file), only)
            browser.close()
    lines = kept(Path(file))
    print(table(lines))
    wrong = [line for line in lines if line.get("wrong")]
    for line in wrong:
        print(f"{line['role']} {line['path']}: {'; '.join(line['wrong'])}")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(bool(main(*sys.argv[1:])))
