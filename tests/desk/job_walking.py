"""One pass through a job in a real browser: the same steps by mouse, by finger, without a script, by keyboard, by ear.

A step names what is on the page by role and accessible name, in English; the catalogue says it in Danish. Clicks and
keys are counted. Seconds are the pages' own, as measured, and a hand's: a click is a look and a movement (2.65 s, the
keystroke-level model of Card, Moran and Newell 1980), a key 0.23 s at a desk (Dhakal et al. 2018) and 0.33 s on a
telephone (Palin et al. 2019).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.desk.browsing import PHONE, WIDE

from udsyn.desk.ops import messages

CLICK, KEY, PHONE_KEY = 2.65, 0.23, 0.33
FAR = 400  #: so often Tab is pressed before something counts as out of a keyboard's reach
#: what the demonstration's own rows are called in Danish; all other words stand in the catalogue
ROWS = {
    "South Korea": "Sydkorea",
    "Brazil": "Brasilien",
    "comment": "kommentar",
    "Networks": "Netværk",
    "Stays": "Ophold",
    "Quality of the network": "Netværkets kvalitet",
    "The plan": "Planen",
    "What the network is to do": "Hvad netværket skal",
}
#: what a screen reader would read of these without a name is "link", "button", "edit"
NAMED = re.compile(r"^\s*- (link|button|textbox|combobox|checkbox|radio|spinbutton|searchbox)\s*(\[.*\])?:?\s*$", re.M)


@cache
def in_danish(text: str) -> str:
    """What the catalogue says for a text, or for the shortest text that begins so; `New: report` is said in two."""
    if text in ROWS:
        return ROWS[text]
    if ": " in text:
        return ": ".join(map(in_danish, text.split(": ")))
    if text.startswith("› "):
        return f"› {in_danish(text[2:])}"
    catalogue = {str(one.id): str(one.string) for one in messages.stored() if isinstance(one.id, str) and one.string}
    if text in catalogue:
        return catalogue[text]
    fits = [known for known in catalogue if known.casefold().startswith(text.casefold())]
    return catalogue[min(fits, key=len)] if fits else text


@dataclass(frozen=True)
class Pass:
    """How a job is walked."""

    name: str
    language: str = "en"
    viewport: dict[str, int] = field(default_factory=lambda: WIDE)
    script: bool = True
    keyboard: bool = False
    by_ear: bool = False


PASSES = (
    Pass("desk", "en"),
    Pass("desk", "da"),
    Pass("phone", "en", PHONE),
    Pass("phone", "da", PHONE),
    Pass("no script", "da", PHONE, script=False),
    Pass("keyboard", "en", keyboard=True),
    Pass("by ear", "da", by_ear=True),
)


@dataclass
class Hands:
    """Somebody at a page, whose clicks, keys and waits are counted."""

    page: Any
    how: Pass
    clicks: int = 0
    keys: int = 0
    waited: float = 0.0

    @property
    def seconds(self) -> float:
        key = PHONE_KEY if self.how.viewport is PHONE else KEY
        return self.clicks * CLICK + self.keys * key + self.waited

    def say(self, text: str) -> str:
        return text if self.how.language == "en" else in_danish(text)

    def named(self, role: str, name: str) -> Any:
        """What has this role and a name that begins so; within the page's main part where it is there."""
        begins = re.compile(rf"^\s*{re.escape(self.say(name))}", re.IGNORECASE) if name else None
        scopes = (self.page.get_by_role("main"), self.page)
        found = [scope.get_by_role(role, **({"name": begins} if begins else {})) for scope in scopes]
        return (found[0] if found[0].count() else found[1]).first

    def reach(self, target: Any) -> None:
        """Tab until it has the focus; past the menu by the link at the head of the page, as a reader would."""
        target.wait_for()
        fresh = self.page.evaluate("document.activeElement === document.body")
        if fresh and target.evaluate("e => !!e.closest('main')"):
            self.page.keyboard.press("Tab")
            self.page.keyboard.press("Enter")
            self.keys += 2
        for _number in range(FAR):
            if target.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            self.keys += 1
        raise AssertionError(f"No keyboard reaches {target}")

    def press(self, target: Any, *, leaves: bool = True, key: str = "Enter") -> None:
        if self.how.keyboard:
            self.reach(target)
            act: Callable[[], object] = lambda: self.page.keyboard.press(key)  # noqa: E731
            self.keys += 1
        else:
            target.wait_for()
            act = target.click
            self.clicks += 1
        if not leaves:
            act()
            return
        began = time.monotonic()
        with self.page.expect_navigation():
            act()
        self.waited += time.monotonic() - began
        assert not self.page.locator(".errors, .errorlist").count(), self.page.locator("main").inner_text()[:1500]
        if self.how.by_ear:
            self.listen()

    def listen(self) -> None:
        """What a screen reader is told of a page: one heading, a title, and a name for whatever can be used."""
        tree = self.page.locator("body").aria_snapshot()
        unnamed = NAMED.findall(tree)
        assert not unnamed, f"{self.page.url}: without a name: {unnamed}"
        assert self.page.get_by_role("heading", level=1).count() == 1, self.page.url
        assert self.page.title().strip(" –"), self.page.url

    # The steps ------------------------------------------------------------------------------------------------------

    def go(self, name: str = "") -> None:
        self.press(self.named("link", name))

    def button(self, name: str) -> None:
        self.press(self.named("button", name))

    def menu(self, *names: str) -> None:
        """Open the menu (on a telephone it is folded), an area of it, and one of its lists."""
        *areas, entry = names
        folded = self.page.locator("nav summary", has_text=self.say("Menu")).first
        if folded.count() and folded.is_visible():
            self.press(folded, leaves=False)
        for area in areas:
            self.press(self.page.locator("nav .menu summary", has_text=self.say(area)).first, leaves=False)
        named = re.compile(rf"^{re.escape(self.say(entry))}$", re.IGNORECASE)
        self.press(self.page.get_by_role("navigation").get_by_role("link", name=named).first)

    def find(self, text: str) -> None:
        """Search from wherever one is."""
        box = self.page.get_by_role("banner").get_by_role("search").get_by_label(self.say("Search")).first
        self.reach(box) if self.how.keyboard else box.click()
        self.clicks += not self.how.keyboard
        self.page.keyboard.type(self.say(text))
        self.keys += len(self.say(text)) + 1
        began = time.monotonic()
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.waited += time.monotonic() - began

    def first(self, column: str = "") -> None:
        """The first row of a list."""
        self.press(self.page.get_by_role("main").locator("tbody").get_by_role("link").first)

    def row(self, text: str) -> None:
        """The row of a list that says this."""
        self.press(self.page.get_by_role("main").get_by_role("link", name=re.compile(re.escape(self.say(text)))).first)

    def write(self, name: str, text: str, role: str = "textbox") -> None:
        box = self.named(role, name)
        focused = box.evaluate("e => e === document.activeElement")
        if self.how.keyboard:
            self.reach(box)
        elif not focused:
            day = box.get_attribute("type") == "date"
            box.click(**({"position": {"x": 12, "y": 12}} if day else {}))  # where the day's first number stands
            self.clicks += 1
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
        self.keys += len(text)

    def choose(self, name: str, value: str) -> None:
        """An answer of a list of choices, by its words."""
        box, words = self.named("combobox", name), self.say(value)
        if self.how.keyboard:
            self.reach(box)
            self.page.keyboard.type(words)
            self.keys += len(words)
        else:
            option = box.get_by_role("option", name=re.compile(re.escape(words), re.IGNORECASE)).first
            box.select_option(option.get_attribute("value"))
            self.clicks += 2
        assert words.casefold() in box.evaluate("e => e.selectedOptions[0].text").casefold()

    def tick(self, name: str, role: str = "checkbox") -> None:
        self.press(self.named(role, name), leaves=False, key="Space")

    def says(self, text: str) -> None:
        """The page says it: the job is done."""
        main = self.page.get_by_role("main")
        main.wait_for()
        assert self.say(text).casefold() in main.inner_text().casefold(), main.inner_text()[:1500]

    def state(self, text: str) -> None:
        """The row is in this state now."""
        head = self.page.get_by_role("main").locator(".head").first
        head.wait_for()
        assert self.say(text).casefold() in head.inner_text().casefold(), head.inner_text()

    def noted(self, text: str) -> None:
        """It stands on the page, and is no longer to be ticked off."""
        self.says(text)
        assert not self.page.get_by_role("checkbox", name=self.say(text)).count()
