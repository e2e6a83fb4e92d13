"""An invented call that was decided two years ago: running grants in every shape, one closed, one new, two refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.arrival import arrived
from udsyn.desk.kernel.models import Proposal
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.ops.filling import both, put
from udsyn.desk.rooms.grants import accounting, changing, reporting
from udsyn.desk.rooms.grants.models import Grant, GrantAccount, GrantChange, GrantReport
from udsyn.desk.rooms.parties.models import Affiliation
from udsyn.desk.rooms.programmes import publishing, ranking
from udsyn.desk.rooms.programmes.models import Application, Call
from udsyn.packs.days import months_on
from udsyn.world.desk.assessment import judged_at_once
from udsyn.world.desk.calls import Calls, put_again, rules

#: project, its partner's country, its scores, awarded?
PROJECTS = (
    ("Catalysts without rare metals", "KR", (5, 4), True),
    ("Rivers that carry medicines", "IN", (4, 4), True),
    ("A map of the ocean floor", "JP", (4, 3), True),
    ("Speech of small languages", "BR", (3, 3), False),
    ("Steel from waste heat", "US", (2, 3), False),
    ("Vaccines without a cold chain", "IN", (5, 5), True),
    ("Clay that stores heat", "JP", (4, 5), True),
)
#: what the shipped rules do not say of grants, invented for the demonstration
TERMS = """grant:
  clause: Terms (invented)
  source: call
  months: 60
  changes:
    duration:
      clause: Terms § 4 (invented)
      source: call
      months: 12
      days_before: 30
      says:
        en: Beginning and end may be moved by up to 12 months from the award, if you say so a month before the end.
        da: Start og slut kan flyttes op til 12 måneder fra bevillingen, hvis det meldes en måned før slutdatoen.
      asks:
        - {en: why it is late, da: hvorfor det er forsinket}
        - {en: what is done until the new end, da: hvad der sker indtil den nye slutdato}
    budget:
      clause: Terms § 5 (invented)
      source: call
      below: 0.2
      says:
        en: Less than a fifth of the grant may be moved between lines.
        da: Mindre end en femtedel af bevillingen kan flyttes mellem poster.
    partner:
      clause: Terms § 6 (invented)
      source: call
      says: {en: Another partner is asked for., da: Der skal søges om en anden partner.}
    administrator:
      clause: Terms § 7 (invented)
      source: call
      says:
        en: Another administrator is asked for, with a signed statement of the old and the new one.
        da: Der skal søges om en anden administrator, med en underskrevet erklæring fra den gamle og den nye.
  instalments:
    - {share: 0.5}
    - {share: 0.3, months: 12}
    - {share: 0.2, months: 24, after_report: true}
  report_months: 3
  accounts_months: 3
  two_figures: [university, institute, authority, hospital]
  audit_above: 500000
  remind_days: [30, 7, 0]
"""


def live(office: Any, calls: Calls) -> None:
    """Write them into an office (`half_year.HalfYear`), under the programme of its other calls."""
    Grants(office, calls).live()


class Grants:
    def __init__(self, office: Any, calls: Calls) -> None:
        self.office, self.calls = office, calls
        self.officer, self.second = self.calls.officer, self.calls.second

    def live(self) -> None:
        call = self.call()
        rows = [self.apply(call, number, *project[:2]) for number, project in enumerate(PROJECTS)]
        self.decide(call, rows)
        first, second, third, ended, new = (
            Grant.objects.get(application=row) for row, project in zip(rows, PROJECTS, strict=True) if project[3]
        )
        self.take_up(first, -700, 390)
        self.take_up(second, -640, 90)
        self.take_up(third, -720, -100)
        self.pay(first, second, third)
        self.change(first, second)
        self.account(second, third)
        self.end(ended)
        new.starts, new.ends = self.office.day(20), self.office.day(750)
        put_again(new)

    def call(self) -> Call:
        closes, opens = self.calls.noon(-760), self.calls.noon(-800)
        row = Call(
            programme=self.calls.programme,
            title=both("Netværk, et tidligere opslag", "Networks, an earlier call"),
            about=both("Et opdigtet opslag, afgjort for to år siden.", "An invented call, decided two years ago."),
            officer=self.office.officers[0],
            pack_text=rules(closes, opens) + TERMS,
            money=800_000,
            state="prepared",
        )
        publishing.write_call(row, self.officer)
        row.state = "published"
        return put_again(row)

    def apply(self, call: Call, number: int, title: str, code: str) -> Application:
        """Handed in in time and found eligible; the first by the demonstration's client."""
        lead = self.office.users["client"].person if number == 0 else self.person(number)
        with arrived(self.calls.noon(-760) - dt.timedelta(hours=1, minutes=number)):
            row = self.calls.apply(call, lead, title, "professor", code)
            kernel.perform(row, "submit", Actor(name=str(lead), person=lead.pk))
        kernel.perform(row, "find_eligible", self.officer)
        row.refresh_from_db()
        return row

    def person(self, number: int) -> Any:
        """Somebody at a university or a hospital; the third at a company, where accounts follow the budget's lines."""
        place, which = {1: (0, 0), 2: (4, 0), 3: (1, 0), 4: (2, 0), 5: (5, 0), 6: (1, 1)}[number]
        return self.office.organisations[place].affiliations.order_by("pk")[which].person

    def decide(self, call: Call, rows: list[Application]) -> None:
        """A panel's scores, outcomes, and all released at once by two people."""
        marks = {row.pk: scores for row, (_title, _code, scores, _awarded) in zip(rows, PROJECTS, strict=True)}
        judged_at_once(self.office, call, marks, -740)
        outcomes = {}
        for row, (_title, _code, _scores, awarded) in zip(rows, PROJECTS, strict=True):
            outcomes[row.pk] = ("award", "", "") if awarded else ("decline", "C1", "")
        ranking.write_outcomes(call, self.officer, outcomes)
        kernel.perform(call, "release", self.officer)
        proposal = Proposal.objects.get(kind="call", object_id=call.pk, state="open")
        kernel.decide(proposal, self.second, confirm=True)

    def take_up(self, grant: Grant, starts: int, ends: int) -> None:
        """It was awarded long ago, and runs since."""
        grant.awarded_on = self.office.day(starts - 20)
        grant.starts, grant.ends = self.office.day(starts), self.office.day(ends)
        grant.number = f"{grant.number[:4]}{grant.awarded_on.year}{grant.number[8:]}"
        put_again(grant)
        kernel.perform(grant, "take_up", self.officer)
        grant.refresh_from_db()

    def pay(self, *grants: Grant) -> None:
        """What is due is paid, as far as it waits for no report."""
        for grant in grants:
            for payment in grant.payments.filter(due_on__lte=self.office.today, after_report=False):
                kernel.perform(payment, "pay", self.officer)

    def change(self, first: Grant, second: Grant) -> None:
        """One that is free by the terms, and one that waits for the officer."""
        holder = Actor(name=str(first.holder), person=first.holder_id)
        lines = {"travel": "80000", "workshop": "70000"}
        reason = "More workshops and fewer journeys."
        changing.ask(GrantChange(grant=first, kind_of="budget", lines=lines, reason=reason), holder)
        other, reason = Actor(name=str(second.holder), person=second.holder_id), "The laboratory was flooded."
        longer = months_on(second.ends, 14) if second.ends else None
        changing.ask(GrantChange(grant=second, kind_of="duration", ends=longer, reason=reason), other)
        partner = GrantChange(
            grant=second, kind_of="partner", name="Noor Windermere", reason="A second laboratory joins."
        )
        partner.organisation_name, partner.country = "Salt Institute (invented)", self.office.countries["IN"]
        changing.write(partner, other)

    def account(self, second: Grant, third: Grant) -> None:
        """An institution's first year in two figures is accepted; an account by lines is signed, its report is sent."""
        institution = second.administrator
        assert institution is not None
        who = self.office.person(title="Head of finance")
        put(Affiliation(person=who, organisation=institution, role=who.title))
        self.office.account("institution", who, "client", f"organisation:{institution.pk}")
        for row in GrantAccount.objects.filter(grant=second, ends__lt=self.office.today).order_by("starts")[:1]:
            row.spent, row.unspent, row.signed_by = 40_000, 0, str(who)
            accounting.write_account(row, self.officer)
            kernel.perform(row, "sign", self.officer)
            kernel.perform(row, "confirm_use", Actor(name=str(second.holder), person=second.holder_id))
            kernel.perform(row, "accept", self.officer)
        for row in GrantAccount.objects.filter(grant=third)[:1]:
            row.lines, row.signed_by = {"travel": "85000", "workshop": "60000"}, "Ida Strandmose"
            accounting.write_account(row, self.officer)
            kernel.perform(row, "sign", self.officer)
        self.report(third, "send")

    def report(self, grant: Grant, *steps: str) -> None:
        """The holder's report, as far as these steps go."""
        holder = Actor(name=str(grant.holder), person=grant.holder_id)
        row = GrantReport.objects.get(grant=grant)
        reporting.write(row, (), "Two workshops and a visit each way; the joint data are open.", "", holder)
        for step in steps:
            kernel.perform(row, step, holder if step == "send" else self.officer)
            row.refresh_from_db()

    def end(self, grant: Grant) -> None:
        """Reported, accounted for, paid, and closed."""
        self.take_up(grant, -745, -120)
        self.pay(grant)
        self.report(grant, "send", "accept")
        for payment in grant.payments.filter(state="planned"):
            kernel.perform(payment, "pay", self.officer)
        account = grant.grantaccounts.get()
        account.lines = {line.kind_of: str(line.amount) for line in grant.grantlines.all()}
        account.signed_by = "Ida Strandmose"
        accounting.write_account(account, self.officer)
        for step in ("sign", "confirm_use", "accept"):
            holder = Actor(name=str(grant.holder), person=grant.holder_id)
            kernel.perform(account, step, holder if step == "confirm_use" else self.officer)
            account.refresh_from_db()
        kernel.perform(grant, "close", self.officer)
