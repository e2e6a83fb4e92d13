"""An invented programme: one open call, and one that has closed with applications in every state so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.arrival import arrived
from udsyn.desk.kernel.models import Proposal
from udsyn.desk.kernel.permissions import NOBODY, Actor, actor_of
from udsyn.desk.ops.filling import both, put
from udsyn.desk.rooms.programmes import publishing, screening, writing
from udsyn.desk.rooms.programmes.models import BudgetLine, Call, Member, Paper, Partner, Programme
from udsyn.desk.rooms.programmes.rules import Invited
from udsyn.desk.tools import files as stored
from udsyn.packs.outcomes import Outcome

ZONE = ZoneInfo("Europe/Copenhagen")
#: project, how its applicant is ranked, partner's country, what becomes of it
PROJECTS = (
    ("Networks for electrolysis at sea", "professor", "KR", "submitted"),
    ("Quiet readout for quantum sensors", "associate_professor", "JP", "submitted"),
    ("Sensors against antimicrobial resistance", "senior_researcher", "IN", "eligible"),
    ("Batteries that age in peace", "professor", "US", "eligible"),
    ("Seaweed as food", "phd_student", "BR", "ineligible"),
    ("Federated learning in hospitals", "associate_professor", "IL", "returned"),
    ("Ice and shipping", "professor", "JP", "withdrawn"),
)
#: what the shipped rules do not say, invented for the demonstration
MORE = """assessment:
  clause: Assessment (invented)
  source: call
  criteria:
    - {id: quality, says: {en: Quality of the network, da: Netværkets kvalitet}, threshold: 3}
    - {id: plan, says: {en: The plan, da: Planen}, weight: 1.5}
reasons:
  - code: C1
    says:
      en: Others were rated higher and the money does not reach.
      da: Andre er vurderet højere, og pengene slår ikke til.
  - code: C2
    says: {en: The quality of the network is below the threshold., da: Netværkets kvalitet er under tærsklen.}
late:
  clause: Deadline (invented)
  source: call
  says:
    en: An officer may give leave to hand in up to three days late.
    da: En medarbejder kan give lov til at indsende op til tre dage for sent.
  days: 3
"""


def rules(closes: dt.datetime, opens: dt.datetime) -> str:
    """The shipped rules of the network programme with criteria, reasons, leave to be late, and another deadline."""
    text = (files("udsyn.packs") / "data" / "inp-2020.yaml").read_text(encoding="utf-8")
    clock = f"{{at: {closes:%Y-%m-%dT%H:%M:%S}, zone: Europe/Copenhagen}}"
    return f"{text}{MORE}opens: {opens:%Y-%m-%dT%H:%M:%S}\ndeadline: {clock}\n"


def live(office: Any) -> Calls:
    """Write both calls into an office (`half_year.HalfYear`) and let people apply."""
    made = Calls(office)
    made.live()
    return made


class Calls:
    def __init__(self, office: Any) -> None:
        self.office = office
        self.officer, self.second = (actor_of(office.users[key], office.today) for key in ("officer", "officer2"))
        self.programme = put(
            Programme(
                title=both("Netværk ude i verden (opdigtet)", "Networks abroad (invented)"),
                about=both("Nye netværk med forskere i udvalgte lande.", "New networks with researchers abroad."),
            )
        )

    def noon(self, offset: int) -> dt.datetime:
        return dt.datetime.combine(self.office.day(offset), dt.time(12), ZONE)

    def live(self) -> None:
        client = self.office.users["client"]
        closed = self.call(both("Netværk, forårets opslag", "Networks, spring call"), -60, -20)
        for number, (title, level, code, becomes) in enumerate(PROJECTS):
            lead = client.person if number == 1 else self.office.organisations[number % 4].affiliations.last().person
            with arrived(self.noon(-20) - dt.timedelta(hours=2, minutes=7 * number)):
                row = self.apply(closed, lead, title, level, code)
                kernel.perform(row, "submit", Actor(name=str(lead), person=lead.pk))
            self.bring_to(row, becomes, lead)
        self.opened = self.call(both("Netværk, efterårets opslag", "Networks, autumn call"), -10, 25)
        begun = self.apply(self.opened, client.person, "A network on cold catalysis", "professor", "KR", papers=False)
        colleague = self.office.organisations[3].affiliations.last().person
        applicant = Actor(client, str(client.person), client.person.pk)
        writing.add_member(Member(application=begun, email=colleague.email, part="read"), applicant)
        self.call(both("Netværk, næste års opslag", "Networks, next year's call"), 90, 150, publish=False)

    def ask_partner(self, row: Any, lead: Any, *, confirms: bool) -> None:
        """The partner of what waits for screening is asked; one has answered by the link."""
        partner = row.partners.get()
        kernel.perform(partner, "invite", Actor(name=str(lead), person=lead.pk))
        if confirms:
            partner.refresh_from_db()
            kernel.perform(partner, "confirm", Invited(name=str(partner), partner=partner.pk))

    def call(
        self, title: Any, opens: int, closes: int, change: Callable[[str], str] = str, *, publish: bool = True
    ) -> Call:
        row = Call(
            programme=self.programme,
            title=title,
            about=both("Et opdigtet opslag til afprøvning.", "An invented call to try things out."),
            officer=self.office.officers[0],
            pack_text=change(rules(self.noon(closes), self.noon(opens))),
            money=200_000,
            state="prepared",
        )
        publishing.write_call(row, self.officer)
        if not publish:
            return row
        row.state = "published"
        return put_again(row)

    def apply(self, call: Call, lead: Any, title: str, level: str, code: str, *, papers: bool = True) -> Any:
        """An application with a partner and its costs; with its documents too, or still without."""
        actor = Actor(name=str(lead), person=lead.pk)
        row = writing.apply(call, actor, title)
        partner = put(
            Partner(
                application=row,
                name="Partner (invented)",
                email=f"partner{row.pk}@example.org",
                organisation_name=f"Institute of {title.split()[-1].capitalize()} (invented)",
                country=self.office.countries[code],
            )
        )
        answers = {
            "applicant.country": "DK",
            "applicant.organisation_kind": "university",
            "applicant.level": level,
            "arctic_focus": False,
            "plan": f"Two workshops and an exchange of visits: {title.lower()}.",
            f"partners.{partner.pk}.kind": "researcher",
        }
        writing.write_answers(row, actor, answers, row.revision)
        put(BudgetLine(application=row, kind_of="travel", amount=90_000, currency="DKK"))
        put(BudgetLine(application=row, kind_of="workshop", amount=60_000, currency="DKK"))
        for kind, whose in (("signed_budget", None), ("expression_of_interest", partner), ("cofunding", None)):
            if papers:
                upload = SimpleUploadedFile(f"{kind.replace('_', '-')}.txt", f"Invented: {kind} of {title}\n".encode())
                held = stored.attach(
                    row, Actor(self.office.users["client"], "", lead.pk), upload, visibility="everyone"
                )
                put(Paper(application=row, kind_of=kind, partner=whose, file=held))
        return row

    def bring_to(self, row: Any, state: str, lead: Any) -> None:
        if state == "submitted":
            self.ask_partner(row, lead, confirms=row.lead_id != self.office.users["client"].person_id)
        elif state == "eligible":
            kernel.perform(row, "find_eligible", self.officer)
        elif state == "returned":
            kernel.perform(row, "reopen", self.officer, reason="The budget lacks its figures for the second year.")
        elif state == "withdrawn":
            kernel.perform(row, "withdraw", Actor(name=str(lead), person=lead.pk))
        elif state == "ineligible":
            row.refresh_from_db()
            rule = next(one for one, _found in screening.screening(row) if one.outcome is Outcome.NOT_MET)
            reason = "Looked up: the applicant is enrolled until next summer."
            screening.find(row, self.officer, screening.key_of(rule), "not_met", reason)
            kernel.perform(row, "find_ineligible", self.officer)
            proposal = Proposal.objects.get(kind="application", object_id=row.pk, state="open")
            kernel.decide(proposal, self.second, confirm=True)


def put_again(row: Any) -> Any:
    """Store a row of the invention once more, by nobody's hand."""
    row.full_clean()
    return kernel.write(row, NOBODY, "change", type(row).objects.get(pk=row.pk), reason="invented")
