"""Every page of the desk as every role, in both languages and all themes, under axe: `python -m tests.desk.crawl FILE`.

axe (WCAG 2.2 A and AA, and its good practice from moderate on) reads each page of each role in each language, unless it
is built of nothing but what an earlier role was shown on it. Contrast is what takes axe longest: it reads it in each
theme wherever a page has something that no page had in that theme, and a computation of our own (WCAG's formula on the
computed colours) reads it on every page in all themes. Each page must fit 320 pixels, and 1,280 with text twice as
large. What is found is a line of JSON each in FILE; what stands there is not looked at again, so that a crawl can be
stopped and taken up, and several can share it, a role each (`FILE LANGUAGE-ROLE`).
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tests.desk.browsing import CHROMIUM, WIDE
from tests.desk.cast import ASSESSORS, ROLES, inside
from tests.desk.pictures import demonstration_folder
from tests.desk.walk_jobs import served_copy

NARROWEST = {"width": 320, "height": 700}
#: theme → what a device asks for
THEMES = {
    "light": {"color_scheme": "light", "contrast": "no-preference"},
    "dark": {"color_scheme": "dark", "contrast": "no-preference"},
    "light, high contrast": {"color_scheme": "light", "contrast": "more"},
    "dark, high contrast": {"color_scheme": "dark", "contrast": "more"},
}
PLAYED = {**ROLES, **ASSESSORS}
#: what each address is shown by, and who plays which role
DESK = f"""
from tests.desk.addresses import DOWNLOADS, ONLY_POST, examples
from udsyn.desk.rooms.parties.models import User
left_out = ONLY_POST | DOWNLOADS | {{"health", "view", "account_logout", "root"}}
users = dict(User.objects.values_list("email", "pk"))
print(json.dumps({{
    "paths": {{name: paths for name, paths in examples().items() if name not in left_out}},
    "users": {{role: users.get(email) for role, email in {PLAYED!r}.items()}},
}}))
"""
MEASURE = """() => {
    const wide = document.documentElement.scrollWidth > window.innerWidth + 1
    const cut = [...document.querySelectorAll('main *')].filter(e => {
        const look = getComputedStyle(e)
        return look.overflow === 'hidden' && !e.closest('.hidden, .hidden-button, svg, table.stack thead') &&
            e.clientHeight > 1 && e.scrollHeight > e.clientHeight + 2
    }).map(e => 'cut off: ' + e.outerHTML.slice(0, 120))
    const ids = [...document.querySelectorAll('[id]')].map(e => e.id)
    const twice = ids.filter((id, n) => ids.indexOf(id) < n).map(id => 'twice: #' + id)
    return [...twice, ...(wide ? ['wider than the window'] : []), ...cut]
}"""
AXE = """async contrast => {
    const rules = {runOnly: {type: 'rule', values: ['color-contrast']}}
    const rest = {rules: {'color-contrast': {enabled: false}}}
    const options = {resultTypes: ['violations'], preload: false, ...(contrast ? rules : rest)}
    const found = (await axe.run(document, options)).violations
    return found.filter(v => v.impact !== 'minor' || v.tags.some(t => t.startsWith('wcag')))
        .map(v => `${v.id}: ${v.nodes.length} such as ${v.nodes[0].html.slice(0, 200)}`)
}"""
#: texts whose colour is too near to what they stand on; 3:1 is enough for large ones
CONTRAST = """() => {
    const parts = colour => colour.match(/[\\d.]+/g).map(Number)
    const over = ([r, g, b, a = 1], under) => [r, g, b].map((one, n) => one * a + under[n] * (1 - a))
    const light = colour => colour.map(c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
        .reduce((sum, c, n) => sum + c * [.2126, .7152, .0722][n], 0)
    const ground = e => {
        const above = e.parentElement ? ground(e.parentElement) : [255, 255, 255]
        const own = parts(getComputedStyle(e).backgroundColor)
        return own[3] === 0 ? above : over(own, above)
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


class Built(HTMLParser):
    """What a page is built of: each element with its class, role, kind and what it stands in."""

    VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
    TOLD = ("class", "role", "type", "scope", "aria-pressed", "aria-current", "tabindex")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.above: list[str] = [""]
        self.parts: set[tuple[str, ...]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        told = [f"{name}={held[name]}" for name in self.TOLD if name in held]
        here = " ".join([tag, *told, *(["named"] if "aria-label" in held or "aria-labelledby" in held else [])])
        self.parts.add((self.above[-1], here))
        if tag not in self.VOID:
            self.above.append(here)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID and any(one.split(" ")[0] == tag for one in self.above[1:]):
            while self.above.pop().split(" ")[0] != tag:
                pass


def enter(browser: Any, url: str, language: str, user: int | None) -> Any:
    context = browser.new_context(viewport=WIDE, base_url=url, locale={"en": "en-GB", "da": "da-DK"}[language])
    page = context.new_page()
    page.set_default_timeout(120_000)
    if user:
        page.goto(f"/{language}/")
        with page.expect_navigation():
            page.locator(f'button[name=user][value="{user}"]').click()
    return page


@dataclass
class Look:
    """One browser's look at pages; it remembers what axe has seen in which theme."""

    axe: str
    seen: dict[str, set[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(set))

    def at(self, page: Any, path: str, built: set[tuple[str, ...]]) -> dict[str, Any]:
        """What is wrong with a page, how many pixels it is high, and in how many themes axe read its contrast."""
        page.set_viewport_size(WIDE)
        page.goto(path)
        page.evaluate(self.axe)
        wrong, by_axe = page.evaluate(AXE, False), 0
        for theme, asked in THEMES.items():
            page.emulate_media(**asked)
            found = page.evaluate(CONTRAST)
            if not built <= self.seen[theme]:
                self.seen[theme] |= built
                found += page.evaluate(AXE, True)
                by_axe += 1
            wrong += [f"{theme}: {one}" for one in found]
        page.emulate_media(**THEMES["light"])
        high = page.evaluate("document.documentElement.scrollHeight")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wrong += [f"text 200 %: {one}" for one in page.evaluate(MEASURE)]
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.set_viewport_size(NARROWEST)
        wrong += [f"320 pixels: {one}" for one in page.evaluate(MEASURE)]
        return {"wrong": wrong, "high": high, "contrast by axe": by_axe}


def crawl(browser: Any, url: str, desk: Any, look: Look, done: set[tuple[str, str, str]], only: str) -> Iterator[Any]:
    """A line for each page of each role and language: its answer, and what is wrong if it was looked at."""
    shown: dict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    for role, user in desk["users"].items():
        for language in ("en", "da"):
            if only not in f"{language}-{role}":
                continue
            page = enter(browser, url, language, user)
            for name, paths in desk["paths"].items():
                for there in paths:
                    path = re.sub("^/(en|da)/", f"/{language}/", there)
                    if (language, role, path) in done:
                        continue
                    answer = page.request.get(path, max_redirects=0, fail_on_status_code=False)
                    line = {"language": language, "role": role, "name": name, "path": path, "answer": answer.status}
                    if "text/html" in answer.headers.get("content-type", "") and answer.status not in (301, 302):
                        built, known = Built(answer.text()).parts, shown[language, path]
                        if not built <= known:
                            known |= built
                            line |= look.at(page, path, built)
                    yield line
            page.context.close()


def main(file: str, only: str = "") -> int:
    """Crawl, write what is found, and say it in short. Returns how many pages have something wrong."""
    from axe_playwright_python.base import AXE_SCRIPT
    from playwright.sync_api import sync_playwright

    held = [json.loads(line) for line in Path(file).read_text().splitlines()] if Path(file).exists() else []
    done = {(line["language"], line["role"], line["path"]) for line in held}
    with demonstration_folder() as source, sync_playwright() as playwright, Path(file).open("a") as kept:
        desk = inside(source, DESK, PYTHONPATH=".:tests/desk")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with served_copy(source) as url:
            for line in crawl(browser, url, desk, Look(AXE_SCRIPT), done, only):
                print(json.dumps(line, ensure_ascii=False), file=kept, flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
