"""Invented stays: rounds that are open, to be settled and settled, and a stay in every state, both ways."""

from __future__ import annotations

import datetime as dt
from typing import Any

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import NOBODY, Actor, actor_of
from udsyn.desk.ops.filling import both, put
from udsyn.desk.rooms.safeguards.models import Case
from udsyn.desk.rooms.stays import letters, rounds, staying
from udsyn.desk.rooms.stays.models import Demand, Host, Round, Stay, StayAgreement, StayApplication, StayMoney, StayRate
from udsyn.desk.rooms.stays.models.fields import INCOMING, OUTGOING
from udsyn.desk.rooms.stays.rules import GUEST

#: host, its field, places, at least
HOSTS = (
    ("Ona Brightwater", "Sunset Photonics Laboratory", "Quantum sensors", 2, 0),
    ("Cal Redwood", "Pacific Energy Institute", "Hydrogen", 1, 1),
    ("Mae Tidepool", "Bay Data School", "Health data", 1, 0),
)
#: applicant, institution, field, wishes by number of the host, and what each host says: its rank, or no
APPLICANTS = (
    ("Astrid Bregendal", "Fjord University", "Quantum sensors", (0, 1), (1, 5)),
    ("Bjarke Damholt", "Fjord University", "Hydrogen", (1, 0), (3, 2)),
    ("Cecilie Egeskær", "Heath Institute", "Health data", (0, 2), (2, 3)),
    ("Ditte Grønhøj", "Heath Institute", "Hydrogen", (1,), (4,)),
    ("Emil Isager", "Fjord University", "Quantum sensors", (0, 2), (3, 4)),
    ("Freja Klintholm", "Sound Hospital", "Health data", (1, 2), (2, 1)),
    ("Gustav Lyngbæk", "Sound Hospital", "Quantum sensors", (2, 1, 0), (2, 1, None)),
)
#: applicant for a short mission, days, and what is asked for
MISSIONS = (("Hans Ibskov", 20, 3_200), ("Ida Jernhatten", 4, 640))
#: guest, where from, host, first and last day from today, country, direction, and the state that it comes to
STAYS = (
    ("Hana Riverstone", "Lotus Institute (invented)", "Ivar Mosevang", (45, 110), "KR", INCOMING, "planned"),
    ("Joon Willow", "Han Sensor School (invented)", "Ivar Mosevang", (30, 90), "KR", INCOMING, "invited"),
    ("Sol Amberfield", "Ipê University (invented)", "Nanna Pilegård", (70, 130), "BR", INCOMING, "accepted"),
    ("Kiri Saltmarsh", "Wave School (invented)", "Nanna Pilegård", (-20, 40), "JP", INCOMING, "arrived"),
    ("Karl Ravnsø", "Fjord University", "Mae Tidepool", (-160, -75), "US", OUTGOING, "finished"),
    ("Liv Skovmose", "Fjord University", "Cal Redwood", (-420, -330), "US", OUTGOING, "reported"),
    ("Noam Dateborough", "Cedar Institute (invented)", "Oskar Tangvig", (20, 60), "IL", INCOMING, "declined"),
    ("Rui Stonebank", "Reef Academy (invented)", "Oskar Tangvig", (90, 150), "CN", INCOMING, "refused"),
    ("Tara Monsoon", "Delta Institute (invented)", "Ulla Vestermark", (60, 100), "IN", INCOMING, "cancelled"),
)
WAY = ("invited", "accepted", "arrived", "finished", "reported")
REASON = "Invented for the demonstration."


def live(office: Any) -> None:
    """Write them into an office (`half_year.HalfYear`)."""
    Stays(office).live()


def mail(name: str) -> str:
    plain = name.lower().translate(str.maketrans("æøåê", "aoae"))
    return f"{plain.replace(' ', '.')}@example.org"


class Stays:
    def __init__(self, office: Any) -> None:
        self.office = office
        self.officer, self.second = (actor_of(office.users[key], office.today) for key in ("officer2", "officer"))
        self.agreement = self.agreed("US", "Ophold ved Vestkysten (opdigtet)", "Stays at the West Coast (invented)")

    def agreed(self, code: str, da: str, en: str, order: str = "stay-open-call", **said: Any) -> StayAgreement:
        partner = next(one for one in self.office.organisations if one.country_id == self.office.countries[code].pk)
        fields: dict[str, Any] = {
            "title": both(da, en),
            "partner": partner,
            "country": self.office.countries[code],
            "direction": OUTGOING,
            "places": 4,
            "nominates": "The applicants themselves",
            "selects": "The ministry, after the hosts",
            "pays": both("Opholdet, og rejsen op til 15.000 kr.", "The stay, and the journey up to DKK 15,000."),
            "order": order,
            "starts": self.office.day(-900),
            "source": "Invented for the demonstration.",
        }
        return put(StayAgreement(**(fields | said)))

    def live(self) -> None:
        self.agreed("JP", "Gæster efter indstilling (opdigtet)", "Guests by nomination (invented)", "stay-nominated",
                    direction=INCOMING, places=None, nominates="The authority at home", pays="")  # fmt: skip
        self.settled()
        self.to_settle()
        opened = self.round("Ophold, næste år (opdigtet)", "Stays, next year (invented)", 40)
        self.hosts(opened)
        kernel.perform(opened, "open", self.officer)
        opened.refresh_from_db()
        for number in (0, 3):
            self.apply(opened, *APPLICANTS[number][:4])
        kernel.perform(opened.hosts.order_by("pk")[1], "ask", self.officer)
        self.round("Ophold, om to år (opdigtet)", "Stays, in two years (invented)", 400)
        self.missions()
        self.hosts_first()
        self.rates()
        for said in STAYS:
            self.stay(*said)

    def missions(self) -> None:
        """Short missions, by rules that grant a sum: one is cut to the most, one asks for too few days."""
        pays = both("Dagpenge og rejse efter reglerne.", "Days and journey, by the rules.")
        titles = "Korte besøg (opdigtet)", "Short missions (invented)"
        agreement = self.agreed("KR", *titles, "cost-stsm", places=None, pays=pays)
        row = self.round(
            "Korte besøg, anden runde (opdigtet)", "Short missions, second collection (invented)", 25, agreement
        )
        host = put(Host(round=row, name="Bora Lighthouse", organisation="Han Sensor School (invented)", places=2,
                        email=mail("Bora Lighthouse"), field="Quantum sensors"))  # fmt: skip
        kernel.perform(row, "open", self.officer)
        row.refresh_from_db()
        for name, days, asked in MISSIONS:
            made = StayApplication(
                name=name,
                email=mail(name),
                institution="Fjord University (invented)",
                country=self.office.countries["DK"],
                field=host.field,
                project="One measurement that needs the other laboratory.",
                first=self.office.day(120),
                last=self.office.day(119 + days),
                doctorate_on=self.office.day(-1500),
                asked=asked,
                travel=400,
            )
            rounds.apply(row, NOBODY, made, [host])

    def hosts_first(self) -> None:
        """A round in which hosts answer before anything is handed in: a draft waits for its host."""
        titles = "Ørkenlaboratorier (opdigtet)", "Desert laboratories (invented)"
        agreement = self.agreed("IL", *titles, "stay-host-first")
        row = self.round(
            "Ørkenlaboratorier, første runde (opdigtet)", "Desert laboratories, first round (invented)", 55, agreement
        )
        put(Host(round=row, name="Noa Sandgrove", organisation="Dune Laboratory (invented)", places=1,
                 email=mail("Noa Sandgrove"), field="Hydrogen"))  # fmt: skip
        kernel.perform(row, "open", self.officer)
        row.refresh_from_db()
        self.apply(row, "Jon Kjeldgaard", "Sound Hospital", "Hydrogen", (0,))

    def rates(self) -> None:
        """A rate that the house pays where no table of the state holds."""
        for code, currency, day in (("KR", "KRW", 92_000), ("US", "USD", 78)):
            row = StayRate(family="demonstration", country=self.office.countries[code], currency=currency, day=day)
            row.valid_from = row.known_from = self.office.day(-330)
            row.source = "Invented for the demonstration."
            kernel.save(row, self.officer)

    def round(self, da: str, en: str, closes: int, agreement: StayAgreement | None = None) -> Round:
        return put(
            Round(
                agreement=agreement or self.agreement,
                title=both(da, en),
                about=both("Et opdigtet opslag til afprøvning.", "An invented call to try things out."),
                year=self.office.today.year + (closes > 0),
                closes_on=self.office.day(closes),
                officer=self.office.officers[1],
            )
        )

    def hosts(self, row: Round) -> list[Host]:
        return [
            put(Host(round=row, name=name, organisation=f"{place} (invented)", email=mail(name), field=field,
                     places=places, minimum=least))
            for name, place, field, places, least in HOSTS
        ]  # fmt: skip

    def apply(self, row: Round, name: str, institution: str, field: str, wishes: tuple[int, ...]) -> StayApplication:
        hosts = list(row.hosts.order_by("pk"))
        made = StayApplication(
            name=name,
            email=mail(name),
            institution=f"{institution} (invented)",
            country=self.office.countries["DK"],
            field=field,
            project=f"Five months of joint measurements: {field.lower()}.",
            first=self.office.day(120),
            last=self.office.day(270),
            adults=len(name) % 2,
            children=len(name) % 3,
        )
        return rounds.apply(row, NOBODY, made, [hosts[number] for number in wishes])

    def answered(self, da: str, en: str, applicants: tuple[Any, ...]) -> Round:
        """A round in which everybody applied and every host answered; it has closed since."""
        row = self.round(da, en, 1)
        hosts = self.hosts(row)
        kernel.perform(row, "open", self.officer)
        row.refresh_from_db()
        says: dict[int, dict[str, int | None]] = {host.pk: {} for host in hosts}
        for name, institution, field, wishes, ranks in applicants:
            one = self.apply(row, name, institution, field, wishes)
            kernel.perform(one, "find_eligible", self.officer)
            for number, rank in zip(wishes, ranks, strict=True):
                says[hosts[number].pk][name] = rank
        for host in hosts:
            if asked := letters.asked_of(host):
                kernel.perform(host, "ask", self.officer)
                given = {}
                for wish in asked:
                    rank = says[host.pk][wish.application.name]
                    given[wish.pk] = ("yes" if rank else "no", rank, "We would be glad." if rank == 1 else "")
                rounds.answer(host, staying.linked("answer", host), given, host.places, host.minimum)
        Round.objects.filter(pk=row.pk).update(closes_on=self.office.day(-3))
        return Round.objects.get(pk=row.pk)

    def to_settle(self) -> None:
        row = self.answered("Ophold, i år (opdigtet)", "Stays, this year (invented)", APPLICANTS)
        put(Demand(round=row, title="Hydrogen", field="Hydrogen", most=1))
        pair = row.applications.get(name="Cecilie Egeskær"), row.applications.get(name="Freja Klintholm")
        StayApplication.objects.filter(pk=pair[0].pk).update(couple_with=pair[1])

    def settled(self) -> None:
        row = self.answered("Ophold, sidste år (opdigtet)", "Stays, last year (invented)", APPLICANTS[:3])
        Round.objects.filter(pk=row.pk).update(year=self.office.today.year - 1)
        row.refresh_from_db()
        rounds.choose(row, self.officer, "applicants")
        kernel.perform(row, "settle", self.officer, reason=REASON)

    def stay(
        self, guest: str, origin: str, host: str, days: tuple[int, int], code: str, direction: str, state: str
    ) -> None:
        """A stay brought to a state by the steps that lead there; those of the past began when they did."""
        shift = dt.timedelta(days=max(0, 60 - days[0])) if state != "planned" else dt.timedelta(0)
        row = Stay(
            direction=direction,
            guest_name=guest,
            guest_email=mail(guest),
            guest_organisation=origin,
            host_name=host,
            host_email=mail(host),
            host_organisation="Fjord University (invented)" if direction == INCOMING else "Bay Data School (invented)",
            country=self.office.countries[code],
            first=self.office.day(days[0]) + shift,
            last=self.office.day(days[1]) + shift,
            place="Havnegade 1, Aarhus" if direction == INCOMING else "1 Shore Road",
            field="Quantum sensors",
            permit="yes" if direction == INCOMING and code != "IL" else "no",
            permit_filed=self.office.day(-70) if direction == INCOMING and code != "IL" else None,
            keeper=self.office.officers[1],
            agreement=self.agreement if code == "US" else None,
            language="en" if direction == INCOMING else "da",
        )
        staying.create(row, self.officer)
        if state == "planned":
            return
        self.decide(row, "refuse" if state == "refused" else "clear")
        if state == "refused":
            kernel.perform(row, "refuse", self.officer, reason=REASON)
            return
        kernel.perform(row, "invite", self.officer)
        if state in ("cancelled", "declined"):
            actor: Actor = staying.linked(GUEST, row) if state == "declined" else self.officer
            kernel.perform(row, "decline" if state == "declined" else "cancel", actor, reason=REASON)
            return
        self.go_on(row, state, days)

    def decide(self, row: Stay, step: str) -> None:
        """The case of safeguards, asked by one colleague and decided by the other."""
        kernel.perform(row, "screen", self.officer)
        case = staying.case_of(row)
        assert case is not None
        case.critical = case.sanctioned = case.dual_use = "no"
        case.field = case.field or "Wave energy"
        case.evidence, case.approver_id = "Publications and the lists, looked up by who asks.", self.second.person
        kernel.save(case, self.officer)
        for answer in case.answers.filter(answer=""):
            answer.answer = "yes"
            kernel.save(answer, self.officer)
        for name, actor in (("screen", self.officer), ("ask", self.officer), (step, self.second)):
            kernel.perform(case, name, actor, reason=REASON)

    def go_on(self, row: Stay, state: str, days: tuple[int, int]) -> None:
        """From the invitation to its state: agreed by the guest, then as it stands now, with its real days."""
        if state == "invited":
            return
        row.refresh_from_db()
        kernel.perform(row, "agree", staying.linked(GUEST, row))
        staying.tick(row, GUEST, row.tasks.values_list("pk", flat=True)[:1])
        put(StayMoney(stay=row, kind_of="travel", text="Journey", amount=9_800, currency="DKK"))
        if state == "accepted":
            return
        row.refresh_from_db()
        row.first, row.last = self.office.day(days[0]), self.office.day(days[1])
        row.permit_granted = row.first - dt.timedelta(days=5) if row.permit == "yes" else None
        row.permit_filed = row.first - dt.timedelta(days=60) if row.permit == "yes" else None
        staying.change(row, self.officer)
        Case.objects.filter(about_kind="stay", about_id=row.pk).update(first=row.first, last=row.last)
        kernel.perform(row, "arrive", self.officer)
        if state in ("finished", "reported"):  # all was ready when it began
            row.tasks.update(due=row.first, done_on=row.first)
            kernel.perform(row, "finish", self.officer)
        if state == "reported":
            staying.write_report(row, "Two joint drafts; a doctoral student goes the other way next.", confirm=True)
