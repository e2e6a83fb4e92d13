"""A grant walked for three years in a real browser: its holder on a phone, in Danish; the institutions and the officers
at desks, in both languages. The clock of the served desk is moved from visit to visit."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from browsing import PHONE, WIDE, needs_chromium
from playwright.sync_api import expect
from tests.desk.cast import running, udsyn
from tests.desk.test_programmes_walk import Clock, free_port, inside
from tests.desk.walking import Walk
from tests.record import snapshots

from udsyn.record.ingest import ingest_openalex

pytestmark = pytest.mark.django_db
NEXT = dt.date.today().year + 1  #: the first of the three years
FUNDER = "https://openalex.org/F4320300000"
REASON = "The harbour was closed for half a year."


#: two applications of the spring call are awarded under terms that leave a year free; then its rules turn strict.
#: The second grant begins; the first waits for its holder
AWARDED = """
import datetime as dt
from django.db import transaction
from django.utils import timezone
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.rooms.grants.models import Grant
from udsyn.desk.rooms.parties.models import Mandate, User
from udsyn.desk.rooms.programmes import publishing
from udsyn.desk.rooms.programmes.models import Application, Call
from udsyn.world.desk.grants import TERMS
today = timezone.localdate()
officer = actor_of(User.objects.get(email="officer@demo.example"), today)
call = Call.objects.get(title__contains="spring")
call.pack_text += TERMS
publishing.write_call(call, officer)
titles = ("Quiet readout for quantum sensors", "Batteries that age in peace")
for row in [Application.objects.get(title=title) for title in titles]:
    row.state = "awarded"
    with transaction.atomic():
        kernel.write(row, officer, "change", Application.objects.get(pk=row.pk))
call.pack_text = call.pack_text.replace("months: 12\\n      days_before", "months: 1\\n      days_before")
publishing.write_call(call, officer)
first, second = Grant.objects.filter(title__in=titles).order_by("number")
second.starts, second.ends = dt.date(today.year + 1, 3, 1), dt.date(today.year + 2, 12, 31)
kernel.perform(kernel.save(second, officer), "take_up", officer)
colleague = first.administrator.affiliations.exclude(person=first.holder).first().person
finance = User.objects.create_user("finance@demo.example", None, name=str(colleague), person=colleague, is_demo=True)
Mandate.objects.create(user=finance, role="client", scope=f"organisation:{first.administrator_id}")
mails = ("client", "institution", "finance", "officer", "officer2")
print(json.dumps({
    "users": {name: User.objects.get(email=f"{name}@demo.example").pk for name in mails},
    "grant": first.pk, "number": first.number, "title": first.title, "other": second.number, "call": call.pk,
    "people": [[one.name, one.organisation_name, one.country.code] for one in first.application.participants.all()],
}))
"""


def record_of(folder, said):
    """A record in which both wrote two works, the holder alone one that names the grant, and another one before."""

    def by(*people):
        return [
            {
                "author_position": "middle",
                "author": {"id": f"https://openalex.org/A{900 + said['people'].index(who)}", "display_name": who[0]},
                "institutions": [snapshots.institution(1) | {"display_name": who[1], "country_code": who[2],
                                  "id": f"https://openalex.org/I{900 + said['people'].index(who)}"}],
                "countries": [who[2]],
            }
            for who in people
        ]  # fmt: skip

    ours, theirs = said["people"]
    made = (
        ("Quiet amplifiers for many channels", f"{NEXT}-09-01", by(ours, theirs), []),
        ("Readout without heat", f"{NEXT + 1}-05-01", by(ours, theirs), []),
        ("A catalogue of sensors", f"{NEXT + 1}-11-01", by(ours), [said["number"]]),
        ("Noise in early sensors", f"{NEXT - 3}-05-01", by(ours, theirs), []),
    )
    works = [
        snapshots.work(7 + number, title=title, publication_date=day, publication_year=int(day[:4]),
                       authorships=authors, is_retracted=False, is_xpac=False,
                       funders=[{"id": FUNDER, "display_name": "Agency (invented)", "ror": None}],
                       awards=[{"funder_id": FUNDER, "funder_award_id": award} for award in awards])
        for number, (title, day, authors, awards) in enumerate(made)
    ]  # fmt: skip
    snapshots.partition(folder / "snapshot", "2026-01-01", works)
    ingest_openalex(folder / "snapshot", folder / "record", extras=("funders",))
    return folder / "record"


class Part(Walk):
    """Somebody who plays one part of it, and signs in anew at each visit: sessions do not last for years."""

    page, number, pressed = None, "", 0

    def visit(self, role, path="/inbox/"):
        if self.page is not None:
            self.page.context.close()
        self.page = self.enter(role)
        self.contexts.clear()
        return self.open(path)

    def open(self, path):
        self.page.goto(f"/{self.language}{path}")
        return self.page

    def text(self):
        return self.page.locator("main").inner_text()

    def see(self, name):
        self.look(self.page, name)

    def link(self, words):
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("link", name=words).first.click()

    def press(self, words):
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=self.t(words), exact=True).first.click()
        assert not self.page.locator(".errors").count(), self.page.locator(".errors").inner_text()

    def fill(self, **values):
        for field, value in values.items():
            self.page.fill(f"#id_{field}", str(value))

    def do(self, words):
        self.take(self.page, words)

    def says(self, *words):
        for one in words:
            expect(self.page.locator("main")).to_contain_text(one)

    def leaf(self, address, words):
        """Turn the pages of a list until one says this; years bring much of everything."""
        for number in range(1, 9):
            self.open(f"{address}&page={number}")
            if words in self.text():
                return
        raise AssertionError(f"no page of {address} says {words!r}")

    def find(self, why):
        """Open what waits for this reason, of this grant; years bring much that waits."""
        for number in range(1, 9):
            self.open(f"/inbox/?page={number}")
            waiting = self.page.locator("ul.waiting li", has_text=self.t(why)).filter(has_text=self.number)
            if waiting.count():
                break
        with self.page.expect_navigation():
            waiting.first.locator("a").first.click()

    def account(self, name, figures):
        """The institution writes and signs what waits for it."""
        self.find("an account to write and sign")
        self.link(self.t("Write the account"))
        self.fill(**figures, signed_by="Head of finance")
        self.see(name)
        self.press("Sign for the institution")

    def take_next(self, why, label, name=""):
        """Find what waits, look at it, and take the step that it waits for."""
        self.find(why)
        if name:
            self.see(name)
        self.do(label)

    def change(self, kind, fields):
        self.link(re.compile(f"{self.t('Change')}: {self.t(kind)}"))
        self.fill(**fields)
        self.press("Send the change")


@needs_chromium
def test_a_grant_is_walked_for_three_years(folder, browser, served, tmp_path):
    clock = Clock(tmp_path / "now", dt.datetime.combine(dt.date.today(), dt.time(10), dt.UTC))
    said, port = inside(folder, AWARDED, **clock.environment), free_port()
    record, home = record_of(tmp_path, said), f"/desk/grants/{said['grant']}/"

    def part(language, viewport):
        one = Part(folder, f"http://127.0.0.1:{port}", said["users"], browser, language, viewport, javascript=True)
        one.number = said["number"]
        return one

    def on(month, day, year):
        moment = dt.datetime(NEXT - 1 + year, month, day, 10, tzinfo=dt.UTC)
        clock.move(moment.timestamp() - clock.now)

    holder, institution, company = part("da", PHONE), part("da", WIDE), part("en", WIDE)
    officer, second = part("en", WIDE), part("da", WIDE)
    with running(folder, port, **clock.environment):
        # The award: an officer notes which university administers it; the holder says from when to when.
        officer.visit("officer", home)
        officer.link("Edit")
        officer.page.select_option("#id_administrator", label="Nordhavn University")
        officer.press("Save")
        holder.visit("client")
        holder.find("a grant to take up")
        holder.see("holder-awarded")
        holder.link(holder.t("Edit"))
        holder.fill(starts=f"{NEXT}-01-01", ends=f"{NEXT + 1}-12-31")
        holder.press("Save")
        holder.do("Take up the grant")
        holder.says("Hvad der kan ændres efter bevillingens vilkår", "op til 12 måneder")
        holder.see("holder-runs")

        on(1, 4, year=1)
        officer.visit("officer")
        officer.take_next("a payment that is due", "Note as paid")
        officer.open(home)
        officer.says("What may change, by the terms of the award", "75,000.00 DKK")
        officer.see("officer-paid")

        # The second year: two figures of the first, signed, confirmed, accepted; what is free and what is asked for.
        on(3, 2, year=2)
        institution.visit("institution")
        institution.account("two-figures", {"spent": 60000, "unspent": 0})
        holder.visit("client")
        holder.take_next("the use of a grant to confirm", "Confirm the use", "holder-use")
        officer.visit("officer")
        officer.take_next("to accept, or to send back", "Accept")
        officer.take_next("a payment that is due", "Note as paid")
        holder.open(home)
        holder.change("duration", {"ends": f"{NEXT + 2}-03-31", "reason": "Turen til Tokyo er udsat."})
        holder.says("3 måneder", "12 måneder", "noteret")
        holder.see("holder-below")
        holder.open(home)
        holder.change("budget lines", {"line-travel": 50000, "line-workshop": 100000, "reason": "Flere workshopper."})
        holder.says("27 %", "20 %", "venter på medarbejderen")
        holder.see("holder-beyond")
        officer.take_next("a change of a grant to decide", "Approve", "officer-beyond")

        # All grants of the call run half a year longer, for one reason, when a second person has said so.
        on(10, 1, year=2)
        officer.visit("officer", f"/desk/grants/prolong/?call={said['call']}")
        officer.fill(months=6, reason=REASON)
        officer.press("Show the grants")
        officer.see("officer-prolong")
        officer.press("Propose to a second person")
        officer.see("officer-proposed")
        second.visit("officer2")
        second.link(re.compile(said["number"]))
        second.page.check("#all")
        second.see("second-prolong")
        second.press("Confirm")

        # The third year: two figures again, then the holder moves, and the grant with them.
        on(2, 1, year=3)
        institution.visit("institution")
        institution.account("two-figures-again", {"spent": 50000, "unspent": 15000})
        holder.visit("client")
        holder.take_next("the use of a grant to confirm", "Confirm the use", "holder-use-again")
        holder.open(home)
        holder.link("Ændr: administrator")
        holder.page.select_option("#id_administrator", label="Vindlys Energy")
        holder.fill(from_day=f"{NEXT + 2}-02-01", reason="Jeg flytter til virksomheden.")
        for box in ("old_agrees", "new_agrees"):
            holder.page.check(f"#id_{box}")
        holder.see("holder-moves")
        holder.press("Send the change")
        officer.visit("officer")
        officer.take_next("to accept, or to send back", "Accept")
        officer.take_next("a change of a grant to decide", "Approve")

        # It has ended: the record fills in the report, and the company accounts by the lines of the budget.
        on(12, 1, year=3)
        done = udsyn("work", "--desk", folder, "--once", UDSYN_RECORD=str(record), **clock.environment)
        assert done.returncode == 0, done.stderr
        officer.visit("officer")
        officer.leaf("/desk/outbox/?state=drafted&sort=-created", f"A report is due: {said['number']}")
        holder.visit("client")
        holder.see("holder-inbox")
        holder.find("a report to confirm")
        holder.link("Bekræft rapporten")
        holder.says("A catalogue of sensors", "Quiet amplifiers", "Readout without heat")
        assert "early sensors" not in holder.text()
        holder.page.get_by_role("listitem").filter(has_text="Readout without heat").get_by_role("checkbox").check()
        holder.see("holder-report")
        holder.press("The rest is right: send the report")
        company.visit("finance")
        company.account("by-lines", {"line-travel": 10000, "line-workshop": 25000})
        holder.take_next("the use of a grant to confirm", "Confirm the use", "holder-use-by-lines")

        # The officer accepts both, pays what waited for the report, notes what came back, and closes.
        officer.take_next("to accept, or to send back", "Accept", "officer-report")
        officer.take_next("to accept, or to send back", "Accept", "officer-account")
        officer.take_next("a payment that is due", "Note as paid")
        officer.open(home)
        officer.link("Close")
        officer.says("5,000.00 DKK are unspent")
        officer.open(home)
        officer.link("New: payment")
        officer.page.select_option("#id_kind_of", label="repayment")
        officer.fill(amount=5000, due_on=f"{NEXT + 2}-12-01")
        officer.press("Save")
        officer.do("Note as paid")
        officer.open(home)
        officer.do("Close")
        officer.says("closed", "2 works in the record so far")
        officer.see("officer-closed")
        holder.open(home)
        holder.see("holder-closed")

    for one in (holder, institution, company, officer, second):
        one.close()
