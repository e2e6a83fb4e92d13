"""A desk for a demonstration: the shipped facts, and a generated half-year of work.

Facts are facts. Everything a demonstration adds is invented: its people, organisations, meetings, promises and requests
exist nowhere else, are drawn from a fixed seed, and are marked as a demonstration's.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from udsyn.desk.ops import office
from udsyn.desk.ops.filling import both, counted, fill_facts, put
from udsyn.errors import UsageError
from udsyn.world.desk.names import FAMILY, FICTIVE, FOCUS, GIVEN, INITIATIVES, PLACES, PROMISES

SEED = 20_261_122
ZONE = ZoneInfo("Europe/Copenhagen")


def build(folder: Path | str, record: Path | str | None = None) -> dict[str, Any]:
    """Make a demonstration desk in an empty folder: facts, a generated half-year, and one-click roles.

    The roles exist because this function marks the empty database as a demonstration's; nothing marks a filled one.
    Returns how many rows of each kind it holds.
    """
    office.start(folder, record)
    from django.db import transaction

    from udsyn.desk.kernel.models import Meta
    from udsyn.desk.rooms.parties.models import User

    office.migrate()
    if User.objects.exists():
        raise UsageError(f"{folder} holds a desk with accounts: a demonstration begins in an empty folder.")
    with transaction.atomic():
        Meta.objects.create(key="demo", value="yes")
        fill_facts()
        half_year = HalfYear(dt.datetime.now(ZONE).date())
        half_year.live()
        if record is not None:
            years_ago(half_year, Path(folder), Path(record))
        decisions(half_year, Path(folder), record)
    return counted()


def years_ago(half_year: HalfYear, folder: Path, record: Path) -> None:
    """What was done before the half-year, with people of the record, and what the record says came of it."""
    from udsyn.record.engine import Record
    from udsyn.world.desk import earlier

    earlier.fill(half_year, Record.open(record))
    earlier.follow(folder, Record.open(record))


def decisions(half_year: HalfYear, folder: Path, record: Path | str | None) -> None:
    """What was decided, with the dossiers as they stood."""
    from udsyn.record.engine import Record
    from udsyn.world.desk import dossiers

    dossiers.live(half_year, folder, None if record is None else Record.open(Path(record)))


class HalfYear:
    """Half a year of a ministry, its centres and their clients, drawn from a fixed seed and counted back from today."""

    def __init__(self, today: dt.date) -> None:
        from udsyn.desk.rooms.parties.models import Country

        self.today = today
        self.draw = random.Random(SEED)  # noqa: S311 (nothing secret is drawn)
        self.countries = {c.code: c for c in Country.objects.all()}
        self.people: list[Any] = []
        self.users: dict[str, Any] = {}

    def day(self, offset: int) -> dt.date:
        return self.today + dt.timedelta(days=offset)

    def moment(self, day: dt.date) -> dt.datetime:
        """An hour of work on a day."""
        return dt.datetime.combine(day, dt.time(self.draw.randrange(8, 17), self.draw.randrange(60)), ZONE)

    def live(self) -> None:
        self.parties()
        self.staff()
        self.committees()
        self.renewals()
        self.service()
        self.handover()
        self.ended()
        self.lists()
        self.calls()
        self.funds()
        self.markets()
        self.technology()
        self.cases()
        self.grants()
        self.reports()
        self.stays()
        self.events()
        self.assessment()
        self.privacy()
        self.aid()

    def person(self, country: str = "", **fields: Any) -> Any:
        """Somebody who does not exist: the names are put together, the address is reserved for examples."""
        from udsyn.desk.rooms.parties.models import Person

        taken = {str(p) for p in self.people}
        while True:
            given, family = self.draw.choice(GIVEN), self.draw.choice(FAMILY)
            if f"{given} {family}" not in taken:
                break
        mail = f"{given}.{family}".lower().translate(str.maketrans("æøåüã", "aoaua")) + "@example.org"
        made = put(
            Person(
                given_name=given,
                family_name=family,
                email=mail,
                purpose="demonstration",
                legal_basis="public_task",
                **fields,
            )
        )
        self.people.append(made)
        return made

    def parties(self) -> None:
        from udsyn.desk.rooms.parties.models import Affiliation, Organisation

        self.organisations = [
            put(Organisation(name=name, kind_of=kind, country=self.countries[code], city=city))
            for name, kind, code, city in FICTIVE
        ]
        titles = ("Professor", "Head of research", "Research director", "Associate professor", "International officer")
        for organisation in self.organisations:
            for _number in range(4):
                who = self.person(title=self.draw.choice(titles))
                put(
                    Affiliation(
                        person=who,
                        organisation=organisation,
                        role=who.title,
                        starts=self.day(-self.draw.randrange(200, 2000)),
                    )
                )

    def account(self, key: str, who: Any, role: str, scope: str = "") -> Any:
        from udsyn.desk.rooms.parties.models import Mandate, User

        user = self.users.get(key)
        if user is None:
            user = User.objects.create_user(f"{key}@demo.example", None, name=str(who), person=who, is_demo=True)
            self.users[key] = user
        put(Mandate(user=user, role=role, scope=scope))
        return user

    def staff(self) -> None:
        from udsyn.desk.rooms.parties.models import Affiliation, Organisation
        from udsyn.desk.rooms.posts.models import Centre, Post, Posting

        ministry = put(
            Organisation(
                name="Ministry (demonstration)", kind_of="authority", country=self.countries["DK"], city="København"
            )
        )
        self.officers = [self.person(title=t) for t in ("Head of division", "Chief adviser")]
        for key, who in zip(("officer", "officer2"), self.officers, strict=True):
            put(Affiliation(person=who, organisation=ministry, role=who.title))
            self.account(key, who, "officer")
        for key, role in (("auditor", "auditor"), ("administrator", "administrator")):
            self.account(key, self.person(title=role.capitalize()), role)
        client = self.organisations[3]
        self.account("client", client.affiliations.first().person, "client")
        self.attaches: dict[str, Any] = {}
        for centre in Centre.objects.all():
            post = Post.objects.filter(centre=centre, kind_of="attache").first()
            if post is None:
                continue
            former, present = self.person(title="Innovation attaché"), self.person(title="Innovation attaché")
            change = self.day(-self.draw.randrange(250, 1100))
            if centre.closed and centre.closed < self.today:
                continue  # nobody is posted where the shipped facts say that it is closed
            put(
                Posting(
                    post=post,
                    person=former,
                    starts=change - dt.timedelta(days=1460),
                    ends=change - dt.timedelta(days=1),
                )
            )
            put(Posting(post=post, person=present, starts=change, ends=change + dt.timedelta(days=1460)))
            self.attaches[centre.slug] = present
            self.account(f"attache.{centre.slug}", present, "attache", f"centre:{centre.slug}")
            self.account(f"attache.{centre.slug}", present, "attache", f"country:{centre.country.code}")
            fields = FOCUS.get(centre.slug)
            if fields:
                centre.focus = both(*fields)
            centre.about = both(
                "Centret hjælper danske forskere, institutioner og virksomheder med at finde partnere, viden og "
                "muligheder.",
                "The centre helps Danish researchers, institutions and companies to find partners, "
                "knowledge and opportunities.",
            )
            centre.email = f"{centre.slug}@example.org"
            put_again(centre)
        advisor = Post.objects.filter(kind_of="advisor").first()
        if advisor:
            who = self.person(title="Growth advisor")
            put(Posting(post=advisor, person=who, starts=self.day(-400)))
            self.account("advisor", who, "advisor", f"country:{advisor.country.code}")
        assistant = self.person(title="Assistant")
        self.account("assistant", assistant, "assistant", "centre:seoul")
        self.account("assistant", assistant, "assistant", "country:KR")

    def committees(self) -> None:
        """Meetings of the joint committees, what was promised there, and the plan that they work by."""
        from udsyn.desk.rooms.cooperation.models import Agreement, Committee, Meeting

        attache_of = {c.country.code: self.attaches[c.slug] for c in self.centres()}
        for agreement in Agreement.objects.filter(state="in_force").select_related("country"):
            committee = agreement.committees.first() or put(
                Committee(agreement=agreement, name=both("Blandet udvalg", "Joint committee"), interval_months=12)
            )
            held = dt.datetime.combine(self.day(-self.draw.randrange(60, 170)), dt.time(10), ZONE)
            place = "København" if self.draw.random() < 0.5 else PLACES.get(agreement.country.code, "")
            number = self.draw.randrange(2, 9)
            meeting = put(
                Meeting(
                    committee=committee,
                    number=number,
                    starts=held,
                    ends=held + dt.timedelta(hours=5),
                    place=place,
                    state=self.draw.choice(("held", "minuted")),
                    agenda="1. Policy news from both sides\n2. Running projects\n3. New priorities\n4. Next meeting",
                    minutes="Both sides told of new strategies. Running projects were reviewed; all are on course.",
                    decisions="A joint workshop is held next year.\nThe call is opened in spring.",
                )
            )
            put(
                Meeting(
                    committee=committee,
                    number=number + 1,
                    place=place,
                    starts=held + dt.timedelta(days=365),
                    agenda="To be agreed",
                )
            )
            owners = [*self.officers, attache_of.get(agreement.country.code, self.officers[0])]
            self.promises(meeting, owners)
            self.work_plan(agreement, owners)

    def promises(self, meeting: Any, owners: Sequence[Any]) -> None:
        """What was promised at a meeting of a committee; some of it is late."""
        from udsyn.desk.rooms.cooperation.models import ActionPoint

        for text in self.draw.sample(PROMISES, 4):
            due = self.day(self.draw.randrange(-50, 120))
            state = "done" if self.draw.random() < 0.35 else "open"
            put(
                ActionPoint(
                    agreement=meeting.committee.agreement,
                    meeting=meeting,
                    text=text,
                    owner=self.draw.choice(owners),
                    due=due,
                    state=state,
                    result="Done as agreed." if state == "done" else "",
                )
            )

    def work_plan(self, agreement: Any, owners: Sequence[Any]) -> None:
        """The plan of an agreement, with four initiatives."""
        from udsyn.desk.rooms.cooperation.models import Initiative, WorkPlan

        year = self.today.year
        work_plan = put(
            WorkPlan(
                agreement=agreement,
                state="adopted",
                starts=dt.date(year - 1, 1, 1),
                ends=dt.date(year + 1, 12, 31),
                title=both(f"Arbejdsplan {year - 1}–{year + 1}", f"Work plan {year - 1}–{year + 1}"),
            )
        )
        for n, (da, en) in enumerate(INITIATIVES, 1):
            put(
                Initiative(
                    work_plan=work_plan,
                    number=n,
                    title=both(da, en),
                    owner=self.draw.choice(owners),
                    due=self.day(self.draw.randrange(-40, 400)),
                    state=self.draw.choice(("planned", "running", "running", "completed")),
                )
            )

    def centres(self) -> Any:
        from udsyn.desk.rooms.posts.models import Centre

        return Centre.objects.filter(slug__in=self.attaches).select_related("country")

    def renewals(self) -> None:
        """Invented action plans whose time runs out, so that the calculus of deadlines has something to say."""
        from udsyn.desk.rooms.cooperation.models import Agreement

        for code, left, months in (("KR", 150, 6), ("IN", 80, 3), ("JP", 420, 6)):
            put(
                Agreement(
                    title=both(
                        f"Handlingsplan {self.today.year - 2} (demonstration)",
                        f"Action plan {self.today.year - 2} (demonstration)",
                    ),
                    country=self.countries[code],
                    kind_of="plan",
                    state="in_force",
                    signed=self.day(left - 1095),
                    starts=self.day(left - 1095),
                    duration="until",
                    ends=self.day(left),
                    renewal="explicit",
                    notice_months=months,
                    owner=self.officers[0],
                    source="invented for the demonstration",
                )
            )
        put(
            Agreement(
                title=both("Kvanteteknologi (demonstration)", "Quantum technology (demonstration)"),
                country=self.countries["KR"],
                kind_of="letter",
                state="negotiating",
                confidential=True,
                owner=self.officers[1],
                source="invented for the demonstration",
            )
        )

    def service(self) -> None:
        """What clients asked the centres and what came of it, and whom the centres know."""
        from udsyn.desk.rooms.posts.models import Contact
        from udsyn.world.desk.requests import fill

        fill(self)
        for centre in self.centres():
            handler = self.attaches[centre.slug]
            local = [o for o in self.organisations if o.country_id == centre.country_id]
            for organisation in local:
                for link in organisation.affiliations.all()[:3]:
                    put(
                        Contact(
                            centre=centre,
                            person=link.person,
                            keeper=handler,
                            last_met=self.day(-self.draw.randrange(5, 300)),
                            note="Met at the delegation visit; prefers short mails.",
                        )
                    )

    def handover(self) -> None:
        """The posting in Seoul ends soon; its handover is being prepared."""
        from udsyn.desk.rooms.posts.commands import checklist
        from udsyn.desk.rooms.posts.models import Handover, HandoverItem, Posting

        if "seoul" not in self.attaches:
            return
        posting = Posting.objects.get(person=self.attaches["seoul"])
        posting.ends = self.day(45)
        put_again(posting)
        successor = self.person(title="Innovation attaché")
        self.account("successor.seoul", successor, "attache", "centre:seoul")
        put(Posting(post=posting.post, person=successor, starts=self.day(46)))
        handover = put(
            Handover(
                posting=posting,
                successor=successor,
                takes_over=self.day(46),
                letter="Begin with the hydrogen group; they answer quickest.",
            )
        )
        HandoverItem.objects.bulk_create(
            HandoverItem(handover=handover, text=text, done=n < 2) for n, text in enumerate(checklist())
        )

    def ended(self) -> None:
        """What cooperation and posts had ended, and what they have just begun."""
        from udsyn.world.desk import ended

        ended.live(self)

    def lists(self) -> None:
        """A guest list that an officer took in, and one that still waits to be looked at."""
        from udsyn.desk.kernel.permissions import actor_of
        from udsyn.desk.kernel.resources import RESOURCES
        from udsyn.desk.tools import imports

        officer = actor_of(self.users["officer"], self.today)
        heading = "Fornavn;Efternavn;E-mail;Arbejdsplads;Siden\n"
        guests = [self.guest(n) for n in range(8)]
        taken = imports.look(
            "guests-spring.csv", (heading + "\n".join(guests[:6])).encode(), RESOURCES["person"], officer
        )
        imports.store(taken, officer)
        waiting = [*guests[5:], "Freja;;freja@example.org;Nowhere Institute;31.02.2024"]
        imports.look("guests-autumn.csv", (heading + "\n".join(waiting)).encode(), RESOURCES["person"], officer)

    def calls(self) -> None:
        """A programme with an open call, and one that has closed."""
        from udsyn.world.desk import calls

        self.programme = calls.live(self)

    def grants(self) -> None:
        """A call that was decided two years ago, with its grants."""
        from udsyn.world.desk import grants

        grants.live(self, self.programme)

    def assessment(self) -> None:
        """A call that has closed and is being assessed."""
        from udsyn.world.desk import assessment

        assessment.live(self)

    def funds(self) -> None:
        """Calls that no feed holds, typed in, and saved searches."""
        from udsyn.world.desk import funds

        funds.live(self)

    def technology(self) -> None:
        """What is offered and looked for, and what was answered."""
        from udsyn.world.desk import technology

        technology.live(self)

    def markets(self) -> None:
        """Need profiles: what is looked for in tenders."""
        from udsyn.world.desk import markets

        markets.live(self)

    def reports(self) -> None:
        """What attachés and advisors know."""
        from udsyn.world.desk import knowledge

        knowledge.live(self)

    def cases(self) -> None:
        """Cases of safeguards in every state."""
        from udsyn.world.desk import cases

        cases.live(self)

    def stays(self) -> None:
        """Rounds of stays, and a stay in every state."""
        from udsyn.world.desk import stays

        stays.live(self)

    def events(self) -> None:
        """A matchmaking day that was held, one to come, and a delegation."""
        from udsyn.world.desk import events

        events.live(self)

    def privacy(self) -> None:
        """Privacy requests, consents, breaches, and a period of the house."""
        from udsyn.world.desk import privacy

        privacy.live(self)

    def aid(self) -> None:
        """De minimis aid in every state, undertakings that are one, a merger and a split."""
        from udsyn.world.desk import aid

        aid.live(self)

    def guest(self, number: int) -> str:
        given, family = GIVEN[number], f"{FAMILY[-number - 1]}-{FAMILY[number]}"
        return f"{given};{family};guest{number}@example.org;{self.organisations[number].name};{number + 1}. marts 2024"


def put_again(row: Any) -> None:
    from udsyn.desk.kernel.commands import write
    from udsyn.desk.kernel.permissions import NOBODY

    row.full_clean()
    write(row, NOBODY, "change", type(row).objects.get(pk=row.pk), reason="demonstration")
