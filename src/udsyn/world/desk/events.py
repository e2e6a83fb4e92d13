"""Invented events: a series of matchmaking days, one held and one to come, and two delegations, with what they cost."""

from __future__ import annotations

import datetime as dt
from typing import Any

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import DESK, actor_of
from udsyn.desk.ops.filling import both, put
from udsyn.desk.rooms.events import afterwards, contributing, planning, wishing
from udsyn.desk.rooms.events.models import (
    AskRule,
    Attendee,
    Contribution,
    Event,
    EventMoney,
    Hall,
    Opinion,
    Pairing,
    Plan,
    Referee,
    Series,
    Session,
    Stop,
)
from udsyn.desk.rooms.events.rules import Guest
from udsyn.desk.rooms.posts.models import Centre

#: what people of the demonstration offer and seek, in turn
PROFILES = (
    ("Electrolysers for the sea", "A partner who makes membranes", "hydrogen, electrolysis"),
    ("Membranes that last", "Electrolysers to test them in", "membranes, hydrogen"),
    ("Sensors for quantum computers", "Somebody with a cold laboratory", "quantum sensors"),
    ("A cold laboratory", "Sensors to be measured", "quantum, measuring"),
    ("Data of patients, well protected", "Models that learn from many hospitals", "health data, learning"),
    ("Models that learn without moving data", "Hospitals with data", "learning, health data"),
)
#: what participants propose to the day that is to come: title, what it is about, what its readers make of it
PROPOSALS = (
    ("Sensors that listen to single cells", "What a diamond can feel, and what hospitals could do with it.", (5, 4)),
    ("A cold laboratory for all", "How three universities share one refrigerator, and whom they let in.", (4, 3)),
    ("Learning without moving data", "Ten hospitals, one model, and no patient's record on the way.", (4,)),
    ("Everything about qubits", "An overview of the field.", ()),
)
#: host in Seoul, its place, how many minutes there, what it is worth
HOSTS = (
    ("Han River Hydrogen (demonstration)", 37.5326, 127.0246, 90, 9, True),
    ("Institute of Membranes (demonstration)", 37.4602, 126.9525, 60, 8, True),
    ("Battery Yard (demonstration)", 37.5133, 127.1002, 60, 6, False),
    ("Ministry of Tides (demonstration)", 37.5759, 126.9769, 45, 7, False),
    ("Cold Laboratory (demonstration)", 37.5894, 127.0322, 60, 5, False),
    ("School of Harbours (demonstration)", 37.5665, 126.9780, 45, 4, False),
    ("Seaweed Works (demonstration)", 37.5443, 127.0374, 45, 3, False),
    ("Quantum Row (demonstration)", 37.5563, 126.9369, 60, 6, False),
    ("House of Patents (demonstration)", 37.5700, 126.9850, 45, 5, False),
)


def live(office: Any) -> None:
    """Write them into an office (`half_year.HalfYear`). No mail leaves for what is long past."""
    Events(office).live()


class Events:
    def __init__(self, office: Any) -> None:
        self.office = office
        self.officer = actor_of(office.users["officer"], office.today)
        self.seoul = Centre.objects.filter(slug="seoul").first()
        self.series = put(Series(title=both("Matchmaking (demonstration)", "Matchmaking days (demonstration)")))

    def live(self) -> None:
        self.past()
        self.small()
        self.coming()
        self.prepared()
        if "seoul" in self.office.attaches:
            self.delegation()
            self.journey()

    def event(self, da: str, en: str, day: int, organiser: Any, **fields: Any) -> Event:
        date = self.office.day(day)
        hours = f"{date} 09:00-12:00\n{date} 13:00-15:00"
        row = Event(
            title=both(da, en),
            organiser=organiser,
            **{
                "country": self.office.countries["KR"],
                "centre": self.seoul,
                "hours": hours,
                "state": "open",
                **fields,
            },
        )
        return put(row)

    def change(self, row: Any, **values: Any) -> None:
        stored = type(row).objects.get(pk=row.pk)
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean()
        kernel.write(row, DESK, "change", stored, reason="invented")

    def paid(self, event: Event, *lines: tuple[str, int | None, int | None, int | None]) -> None:
        """Lines of its budget: in words, budgeted, spent, hours of work."""
        for text, budget, amount, hours in lines:
            put(EventMoney(event=event, text=text, budget=budget, amount=amount, hours=hours))

    def guests(self, event: Event, count: int, **fields: Any) -> list[Attendee]:
        """People of the demonstration, from many organisations, with a profile each."""
        made = []
        for number in range(count):
            organisation = self.office.organisations[number % len(self.office.organisations)]
            person = list(organisation.affiliations.order_by("pk"))[number // len(self.office.organisations)].person
            offers, seeks, topics = PROFILES[number % len(PROFILES)]
            row = Attendee(
                event=event,
                given_name=person.given_name,
                family_name=person.family_name,
                email=person.email,
                organisation_name=organisation.name,
                country=organisation.country,
                person=person,
                offers=offers,
                seeks=seeks,
                topics=topics,
                shown=True,
                language="da" if organisation.country.code == "DK" else "en",
                **{"state": "coming", **fields},
            )
            made.append(put(row))
        return made

    def wish(self, guests: list[Attendee], each: int) -> None:
        """Each wishes for those who fit, and for one who came after them."""
        for number, row in enumerate(guests):
            offered = wishing.offered(row)
            fits = [one.whom.pk for one in wishing.suggestions(row, offered, each)]
            also = [other.pk for other in offered if other.pk > row.pk][: 1 + number % 2]
            wishing.wish(row, [*fits, *also][: row.event.most_wishes], Guest(participant=row.pk))

    def past(self) -> None:
        """Planned while it lay ahead, held two months ago; most say that they met, two say otherwise of one meeting."""
        event = self.event(
            "Matchmaking om brint (demonstration)",
            "Matchmaking on hydrogen (demonstration)",
            30,
            self.office.officers[0],
            place="København",
            languages="English",
            minutes=25,
            tell_registered=False,
            tell_plan=False,
            tell_after=False,
            series=self.series,
        )
        self.paid(event, ("Rooms and meals", 60_000, 57_400, None), ("Preparing and holding it", None, None, 74))
        put(Hall(event=event, name="Østersalen", tables=4))
        guests = self.guests(event, 12)
        self.wish(guests, 2)
        self.planned(event)
        day = self.office.day(-60)
        self.change(event, hours=f"{day} 09:00-12:00\n{day} 13:00-15:00")
        for number, talk in enumerate(event.talks.filter(state="planned").select_related("a", "b", "event")):
            for side, met in ((talk.a, number != 3), (talk.b, number not in (3, 5))):
                if number % 5 != 4 or side is talk.a:
                    more = number == 0
                    afterwards.tick(talk, side, met, 2 + number % 3, more, Guest(participant=side.pk))
        kernel.perform(event, "close", self.officer)
        kernel.perform(event, "hold", self.officer)

    def small(self) -> None:
        """A year ago, six in two groups: who asks whom was ruled, two had to meet; one cancelled, one stayed away."""
        event = self.event(
            "Forskere møder virksomheder (demonstration)",
            "Researchers meet companies (demonstration)",
            30,
            self.office.officers[0],
            centre=None,
            country=self.office.countries["DK"],
            place="Odense",
            minutes=30,
            groups="research\nfirms",
            tell_registered=False,
            tell_plan=False,
            tell_after=False,
        )
        put(Hall(event=event, name="Lille sal", tables=3))
        put(AskRule(event=event, asks="firms", asked="research"))
        guests = self.guests(event, 6)
        for number, row in enumerate(guests):
            self.change(row, group=event.group_names[number > 2])
        for firm in guests[3:]:
            wishing.wish(firm, [one.pk for one in guests[:3]], Guest(participant=firm.pk))
        put(Pairing(event=event, a=guests[0], b=guests[3], reason="They have written to each other for a year."))
        kernel.perform(self.computed(event), "drop", self.officer)  # one more was registered after it was computed
        self.planned(event)
        kernel.perform(guests[2], "cancel", self.officer)
        kernel.perform(Attendee.objects.get(pk=guests[5].pk), "miss", self.officer)
        day = self.office.day(-360)
        self.change(Event.objects.get(pk=event.pk), hours=f"{day} 09:00-12:00\n{day} 13:00-15:00")
        kernel.perform(event, "hold", self.officer)

    def prepared(self) -> None:
        """Nothing but a name, a day and those who are to be asked."""
        event = self.event(
            "Seminar om tang (demonstration)",
            "Seminar on seaweed (demonstration)",
            130,
            self.office.officers[1],
            kind_of="workshop",
            place="København",
            state="prepared",
        )
        self.guests(event, 2, state="named")

    def computed(self, event: Event, number: int = 1) -> Plan:
        plan = put(Plan(event=event, number=number, seconds=20))
        planning.compute.call(plan.pk)
        return Plan.objects.get(pk=plan.pk)

    def planned(self, event: Event) -> None:
        kernel.perform(self.computed(event, event.plans.count() + 1), "adopt", self.officer)

    def coming(self) -> None:
        """Open for registration; some have come and wished, one has still to confirm."""
        event = self.event(
            "Matchmaking om kvante og sundhed (demonstration)",
            "Matchmaking on quantum and health (demonstration)",
            45,
            self.office.officers[0],
            place="Aarhus",
            languages="English",
            capacity=40,
            closes_on=self.office.day(40),
            series=self.series,
            cap=70_000,
            tell_contributions=False,
            contributions_until=self.office.day(20),
            contributions_about=both(
                "Korte oplæg på ti minutter: hvad I kan, og hvad I mangler.",
                "Short talks of ten minutes: what you can do, and what you lack.",
            ),
            about=both(
                "En dag med møder to og to. Skriv, hvad du tilbyder og søger, og hvem du vil møde.",
                "A day of meetings two by two. Write what you offer and look for, and whom you want to meet.",
            ),
        )
        self.paid(event, ("Rooms and meals", 65_000, None, None))
        for name, tables in (("Østersalen", 4), ("Vestersalen", 2)):
            put(Hall(event=event, name=name, tables=tables))
        guests = self.guests(event, 10)
        self.wish(guests[:7], 2)
        opening = event.slots[0].starts - dt.timedelta(minutes=30)
        session = put(Session(event=event, title="Welcome", starts=opening, ends=opening + dt.timedelta(minutes=25)))
        session.speakers.set(guests[:1])
        self.call(event, guests)
        late = self.office.organisations[0].affiliations.order_by("pk").last().person
        put(
            Attendee(
                event=event,
                given_name=late.given_name,
                family_name=late.family_name,
                email=late.email,
                organisation_name=self.office.organisations[0].name,
                country=self.office.organisations[0].country,
                state="asked",
            )
        )

    def call(self, event: Event, guests: list[Attendee]) -> None:
        """Four contributions, two readers; the best is accepted and stands in the programme."""
        readers = [put(Referee(event=event, person=person)) for person in self.office.officers[:2]]
        closing = event.slots[-1].ends
        session = put(
            Session(event=event, title="Short talks", starts=closing, ends=closing + dt.timedelta(minutes=45))
        )
        proposed = []
        for (title, text, scores), row in zip(PROPOSALS, guests[2:], strict=False):
            proposed.append(put(Contribution(event=event, by=row, title=title, text=text)))
            for reader, score in zip(readers, scores, strict=False):
                why = "New, and of use to both sides." if score > 3 else "Sound, but known to most who come."
                put(Opinion(contribution=proposed[-1], referee=reader, score=score, text=why))
        kernel.perform(proposed[0], "accept", self.officer)
        contributing.schedule(proposed[0], session, self.officer)
        self.change(event, tell_contributions=True)

    def delegation(self) -> None:
        """Twelve in two groups for a day in Seoul, planned and proven; one host is to answer, one has declined."""
        who = self.office.attaches["seoul"]
        date = self.office.day(25)
        event = self.event(
            "Delegation til Seoul (demonstration)",
            "Delegation to Seoul (demonstration)",
            25,
            who,
            kind_of="delegation",
            hours=f"{date} 09:00-17:00",
            zone="Asia/Seoul",
            place="Seoul",
            public=False,
            parties=2,
            lat=37.5665,
            lon=126.9780,
            tell_plan=False,
        )
        answers = {2: "asked", 8: "dropped"}
        for number, (host, lat, lon, minutes, value, must) in enumerate(HOSTS):
            put(
                Stop(
                    event=event,
                    host=host,
                    host_email=f"host{number}@hosts.example",
                    lat=lat,
                    lon=lon,
                    day=date,
                    opens=dt.time(9 + number % 3),
                    closes=dt.time(13 + number % 3),
                    minutes=minutes,
                    value=value,
                    must=must,
                    state="agreed" if must else answers.get(number, "wished"),
                    declined=answers.get(number) == "dropped",
                )
            )
        for number, row in enumerate(self.guests(event, 12)):
            self.change(row, party=1 + number % 2)
        self.planned(event)
        self.change(event, tell_plan=True)

    def journey(self) -> None:
        """A delegation of half a year ago: two hosts were visited, one was not. What it cost is noted in part."""
        date = self.office.day(-170)
        event = self.event(
            "Delegation om havvind til Seoul (demonstration)",
            "Delegation on sea wind to Seoul (demonstration)",
            -170,
            self.office.attaches["seoul"],
            kind_of="delegation",
            hours=f"{date} 09:00-17:00",
            zone="Asia/Seoul",
            place="Seoul",
            public=False,
        )
        became = ("visited", "visited", "dropped")
        for (host, lat, lon, minutes, value, must), state in zip(HOSTS, became, strict=False):
            put(
                Stop(
                    event=event,
                    host=host,
                    lat=lat,
                    lon=lon,
                    day=date,
                    opens=dt.time(9),
                    closes=dt.time(13),
                    minutes=minutes,
                    value=value,
                    must=must,
                    state=state,
                )
            )
        self.paid(event, ("Flights and rooms", 90_000, 83_250, None), ("Interpreter", 12_000, None, None))
        kernel.perform(event, "close", self.officer)
        kernel.perform(event, "hold", self.officer)
