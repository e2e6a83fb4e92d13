"""The service room of a demonstration: half a year of requests at every centre, and some that wait right now."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import Actor, actor_of
from udsyn.desk.ops.filling import put
from udsyn.desk.rooms.parties.models import Person, User
from udsyn.desk.rooms.service import commands, links
from udsyn.desk.rooms.service.models import (
    Appointment,
    Candidate,
    Check,
    FollowUp,
    Introduction,
    Link,
    Outcome,
    Request,
)
from udsyn.desk.rooms.service.rules import Holder
from udsyn.desk.tools import outbox
from udsyn.world.desk.names import FAMILY, GIVEN
from udsyn.world.desk.stories import NEEDS, Teller, keep

EACH = 11  #: requests per centre


def fill(half_year: Any) -> None:
    """Requests at every centre over the half year, then some that are walked by the verbs and wait in every state."""
    clients = [(link.person, link.organisation) for o in half_year.organisations[:6] for link in o.affiliations.all()]
    abroad = [(o.name, o.country) for o in half_year.organisations[6:]]
    teller = Teller(half_year.draw, half_year.today, lambda: name(half_year.draw), abroad)
    told = []
    for centre in half_year.centres():
        teller.institutions = [pair for pair in abroad if pair[1] == centre.country] or abroad
        for _number in range(EACH):
            client, organisation = half_year.draw.choice(clients)
            received = half_year.day(-half_year.draw.randrange(1, 183))
            handler = half_year.attaches[centre.slug]
            known = organisation if half_year.draw.random() < 0.9 else None
            told.append(teller.story(received, centre, client, known, handler))
    keep(told, lambda rows: [put(row) for row in rows])
    waiting(half_year)


def name(draw: Any) -> str:
    return f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}"


def waiting(half_year: Any) -> None:
    """Requests of the demonstration's client at the first centre, each stopped where somebody has to do something."""
    centre = next((c for c in half_year.centres() if c.slug == "seoul"), half_year.centres().first())
    if centre is None:
        return
    attache = actor(User.objects.get(email=f"attache.{centre.slug}@demo.example"))
    client = User.objects.get(email="client@demo.example")
    scene = Scene(attache, client, centre, half_year.organisations[3], half_year.officers[0])
    scene.received()
    scene.with_short_list()
    introduced = scene.with_answer_awaited()
    scene.with_meeting(introduced)
    scene.with_check()


def actor(user: User) -> Actor:
    return actor_of(User.objects.prefetch_related("mandates").get(pk=user.pk), timezone.localdate())


class Scene:
    """Requests walked by the verbs, as attaché, client and candidates would."""

    def __init__(self, attache: Actor, client: User, centre: Any, organisation: Any, approver: Person) -> None:
        self.attache, self.client, self.centre = attache, client, centre
        self.organisation, self.approver = organisation, approver

    def received(self, need: int = 3, **fields: Any) -> Request:
        theme, text, _need = NEEDS[need]
        assert self.client.person is not None
        row = Request(
            centre=self.centre,
            name=str(self.client.person),
            email=self.client.person.email,
            organisation_name=self.organisation.name,
            text=text,
            theme=theme,
            language="da",
            **fields,
        )
        return commands.take_in(row, actor(self.client), "form")

    def scoped(self, need: int, **fields: Any) -> Request:
        row = self.received(need, **{"critical": "no", "sanctioned": "no", "dual_use": "no"} | fields)
        kernel.perform(row, "accept", self.attache)
        row = kernel.locked(row)
        row.need = NEEDS[need][2]
        kernel.save(row, self.attache)
        kernel.perform(row, "scope", self.attache)
        return kernel.locked(row)

    def with_short_list(self, need: int = 0) -> Request:
        """Three people on the short list; the mail to the client waits in the outbox."""
        row = self.scoped(need)
        for who, institution in (
            ("Jisoo Choharn", "Bukhan University"),
            ("Hyunwoo Baek-Sim", "Hangang Institute of Science"),
            ("Lan Ferrazio", "Hangang Institute of Science"),
        ):
            candidate = Candidate(
                request=row,
                name=who,
                institution=institution,
                country=self.centre.country,
                email=f"{who.split()[0].lower()}.candidate@example.org",
                why="Leads the group that the client named; has taken guests from abroad.",
            )
            kernel.save(candidate, self.attache)
            kernel.perform(candidate, "vet", self.attache)
        kernel.perform(row, "shortlist", self.attache)
        return kernel.locked(row)

    def leave(self, row: Any) -> Link:
        """As if the mail with this row's link had been approved and had left."""
        link = Link.objects.filter(kind=type(row).kind(), object_id=row.pk, revoked__isnull=True).latest("pk")
        links.send_off(link)
        waiting = Message.objects.filter(state__in=("drafted", "approved"))
        self.post(m for m in waiting if outbox.has_hole(m, "link", link.pk))
        return link

    def post(self, messages: Any) -> None:
        for message in messages:
            stored = Message.objects.get(pk=message.pk)
            message.state, message.sent_at = "sent", timezone.now()
            kernel.write(message, self.attache, "send", stored)

    def with_answer_awaited(self) -> Introduction:
        """The client chose all three: one candidate said yes, one is asked, one waits to be asked."""
        row = self.with_short_list(1)
        link = self.leave(row)
        commands.choose(row, Holder(name="link", link=link), [c.pk for c in row.candidates.all()])
        first, second, _third = Introduction.objects.filter(candidate__request=row).order_by("pk")
        for made in (first, second):
            kernel.perform(made, "ask", self.attache)
        consent = self.leave(first)
        kernel.perform(first, "agree", Holder(name="link", link=consent))
        commands.use(consent)
        self.post(Message.objects.filter(state="approved"))
        self.leave(second)
        return kernel.locked(first)

    def with_meeting(self, introduced: Introduction) -> None:
        """They are to meet; a follow-up is asked early; an outcome is reported."""
        begins = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0) + dt.timedelta(days=9)
        meeting = Appointment(
            introduction=introduced, starts=begins, ends=begins + dt.timedelta(hours=1), place=self.centre.city
        )
        commands.arrange(meeting, self.attache)
        followup = FollowUp.objects.filter(request=introduced.request).earliest("due")
        kernel.perform(followup, "ask", self.attache)
        self.leave(followup)
        self.have_met()
        outcome = Outcome(request=introduced.request, kind_of="stay", title="Stay of two months, planned")
        kernel.save(outcome, self.attache)

    def have_met(self) -> None:
        """Of those whom the centre had brought together before, two met on the day that was arranged."""
        begun = timezone.now() - dt.timedelta(days=10)
        brought = Introduction.objects.filter(state__in=("agreed", "met"), candidate__request__centre=self.centre)
        made = brought.filter(agreed_at__lt=begun).order_by("agreed_at").first()
        assert made is not None
        assert made.agreed_at is not None
        begins = made.agreed_at + dt.timedelta(days=7)
        ends = begins + dt.timedelta(hours=1)
        meeting = Appointment(introduction=made, starts=begins, ends=ends, place=self.centre.city)
        kernel.save(meeting, self.attache)
        kernel.perform(meeting, "hold", self.attache)

    def with_check(self) -> None:
        """Questions of triage answered with “not sure”: a named colleague of the ministry decided one, and is asked."""
        decided = Check.objects.get(request=self.scoped(4, dual_use="unsure", approver=self.approver))
        decided.evidence = "The group's publications and the lists of dual use, looked up that day."
        kernel.save(decided, self.attache)
        officer = User.objects.get(person=self.approver)
        kernel.perform(decided, "clear", actor(officer), reason="All of it is published.")
        self.scoped(3, dual_use="unsure", approver=self.approver)
