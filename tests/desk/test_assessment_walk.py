"""The officer's half of the story of a call in a real browser: from screening to an appeal, with every part played."""

from __future__ import annotations

import re

import pytest
from browsing import WIDE, needs_chromium
from playwright.sync_api import expect
from tests.desk.cast import running
from tests.desk.test_programmes_walk import Walk, free_port_of

pytestmark = pytest.mark.django_db


class Officer(Walk):
    """Who plays several people in one walk, each in a browser of their own."""

    def enter(self, user=None):
        page = super().enter()
        if user:
            page.goto(f"/{self.language}/")
            with page.expect_navigation():
                page.locator(f'button[name=user][value="{user}"]').click()
        return page

    def open(self, path):
        self.page.goto(f"/{self.language}{path}")

    def link(self, words):
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=self.t(words), exact=True).first.click()

    def button(self, words):
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=self.t(words), exact=True).first.click()
        assert not self.page.locator(".errors").count(), self.page.locator(".errors").inner_text()

    def do(self, words, reason=""):
        self.link(words)
        if reason:
            self.page.fill("#id_reason", reason)
        with self.page.expect_navigation():
            self.page.locator("main form button").first.click()
        assert not self.page.locator(".errors").count(), self.page.locator(".errors").inner_text()

    def reviews(self, quality, plans):
        """Write and hand in every review that waits in the inbox; `plans` by the application's title."""
        while True:
            self.open("/inbox/")
            rows = self.page.locator("main a", has_text=re.compile("|".join(map(re.escape, plans))))
            if not rows.count():
                return
            title = next(title for title in plans if title in rows.first.inner_text())
            with self.page.expect_navigation():
                rows.first.click()
            self.link("Write the review")
            self.page.fill("[name='score-quality']", str(quality))
            self.page.fill("[name='score-plan']", str(plans[title]))
            self.page.fill("#id_text", "The partners complete one another; the second visit is less clear.")
            self.button("Save")
            self.do("Hand in the review")


TITLES = (
    "Membranes for electrolysis in salt water",
    "Superconducting readout at scale",
    "Wearable sensors in wards",
    "Recycling of composite blades",
    "Sea ice from small satellites",
)


@needs_chromium
def test_a_call_is_assessed_ranked_decided_and_appealed(folder, browser, served):
    walk = Officer(folder, browser, "en", WIDE, True)
    users = served.users
    with running(folder, free_port_of(walk)):
        officer = walk.enter(user=users["officer"])
        walk.open("/desk/calls/?q=winter")
        walk.link("Networks, winter call")
        call = re.search(r"/calls/(\d+)/", officer.url)[1]
        walk.open(f"/desk/calls/{call}/screening/")
        expect(officer.locator("main")).to_contain_text("all rules are fulfilled")
        walk.look("screening")
        walk.open(f"/desk/calls/{call}/")
        walk.link("Round of assessment")
        home = officer.url.removeprefix(walk.address).removeprefix("/en")
        walk.look("round")
        walk.link("Conflicts")
        expect(officer.locator("main")).to_contain_text("same institution as")
        walk.look("conflicts")
        walk.open(f"{home}assignment/")
        expect(officer.locator("main")).to_contain_text("No assignment is better than")
        officer.locator("#why").select_option(index=1)
        with officer.expect_navigation():
            officer.get_by_role("button", name="Ask", exact=True).click()
        walk.look("assignment")

        walk.enter(user=users["reviewer"])
        walk.look("reviewers-front-page")
        walk.reviews(4, dict.fromkeys(TITLES, 4))
        walk.look("reviewed")

        walk.page = officer
        walk.open(home)
        walk.do("Let the panel begin")
        members = {}
        for key in ("panel", "recused", "member"):
            members[key] = walk.enter(user=users[key])
            walk.open(f"{home}panel/")
            walk.look(f"panel-of-{key}")
            seen = [title for title in TITLES if title in walk.text()]
            assert len(seen) == (4 if key == "recused" else 5), key
            walk.reviews(4, dict(zip(TITLES, (5, 4, 4, 4, 2), strict=True)))

        walk.page = officer
        walk.open(home)
        walk.do("Close the assessment")
        expect(officer.locator("main")).to_contain_text("Expected ranks")
        walk.look("closed")
        walk.open(f"/desk/calls/{call}/ranking/")
        assert officer.get_by_text("tied at the line").count() == 3
        walk.look("tied")
        officer.fill("#id_money", "900000")
        walk.button("Show")
        assert not officer.get_by_text("tied at the line").count()
        walk.look("what-if")
        walk.open(home)
        walk.do("Draw lots among those tied at the line")
        walk.open(f"/desk/calls/{call}/ranking/")
        assert officer.get_by_role("cell", name="funded", exact=True).count() == 3
        walk.look("drawn")
        for choice in officer.locator("select[name^='outcome-']").all():
            if choice.input_value() == "decline":
                pk = choice.get_attribute("name").removeprefix("outcome-")
                officer.select_option(f"[name='code-{pk}']", "C1")
                officer.fill(f"[name='words-{pk}']", "A clearer second visit would help.")
        walk.button("Save the outcomes")
        walk.open(f"/desk/calls/{call}/")
        walk.do("Release all decisions")
        walk.look("proposed")

        second = walk.enter(user=users["officer2"])
        walk.open(f"/desk/calls/{call}/")
        walk.link("Look at it")
        walk.look("second-person")
        with second.expect_navigation():
            second.get_by_role("button", name="Confirm").first.click()
        walk.open(f"/desk/calls/{call}/")
        expect(second.locator("main")).to_contain_text("decided")
        walk.open("/desk/outbox/")
        expect(second.locator("main tbody tr", has_text="Decision on your application")).to_have_count(5)
        walk.look("letters")

        walk.page = officer
        walk.open(f"/desk/applications/?call={call}&state=declined")
        walk.link(TITLES[4])
        expect(officer.locator("main")).to_contain_text("A clearer second visit would help.")
        walk.do("Note an appeal", reason="A letter of this morning.")
        expect(officer.locator("main")).to_contain_text("declined")
        walk.look("appeal")
        stranger = walk.enter()
        walk.open(f"/apply/{call}/lots/")
        expect(stranger.locator("main")).to_contain_text("Seed")
        walk.look("lots")
    walk.leave()
