"""Every mail is in the language of whoever reads it, and never in that of the screen from which it is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone, translation

import udsyn.desk
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.rooms.assessment import reviewing
from udsyn.desk.rooms.assessment.models import Assessor
from udsyn.desk.rooms.events import asking as asking_of_events
from udsyn.desk.rooms.events import letters as of_events
from udsyn.desk.rooms.events.models import Attendee, Contribution, Stop
from udsyn.desk.rooms.grants import reminding
from udsyn.desk.rooms.grants.models import GrantAccount, GrantReport
from udsyn.desk.rooms.knowledge.models import Following
from udsyn.desk.rooms.outcomes import commands as outcomes
from udsyn.desk.rooms.parties.models import Affiliation, Country, Organisation, Person
from udsyn.desk.rooms.parties.reading import language_at, language_of
from udsyn.desk.rooms.programmes import handing_in, screening, writing
from udsyn.desk.rooms.programmes import letters as of_programmes
from udsyn.desk.rooms.programmes.models import Application, Member, Partner
from udsyn.desk.rooms.service import mails as of_service
from udsyn.desk.rooms.service.models import Introduction
from udsyn.desk.rooms.stays import afterwards, rounds, staying
from udsyn.desk.rooms.stays.models import Host, Stay, StayApplication
from udsyn.desk.tools.telling import tell_owner

pytestmark = pytest.mark.django_db

#: words that no title of the demonstration has, and no mail goes without
DANISH = {"du", "din", "dit", "dig", "jer", "jeres", "kære", "hej", "hilsen", "venlig", "vi", "os"}
ENGLISH = {"you", "your", "dear", "hello", "regards", "kind", "we", "us", "they"}
OTHER = {"da": "en", "en": "da"}
#: files that put a mail into the outbox; a new one is walked below
WRITERS = {
    "rooms/assessment/reviewing.py",
    "rooms/events/letters.py",
    "rooms/outcomes/commands.py",
    "rooms/programmes/letters.py",
    "rooms/service/mails.py",
    "rooms/stays/letters.py",
    "tools/telling.py",
}


def told_in(text: str) -> set[str]:
    """The languages of which the text has words."""
    words = set(re.findall(r"\w+", text.lower()))
    return {code for code, own in (("da", DANISH), ("en", ENGLISH)) if words & own}


def speaking(row: Any, language: str, *columns: str) -> Any:
    """A row whose people read this language: its own column, or that of the people it names."""
    for column in columns or ("language",):
        target = row
        *path, name = column.split(".")
        for step in path:
            target = getattr(target, step)
        type(target).objects.filter(pk=target.pk).update(**{name: language})
    return type(row).objects.get(pk=row.pk)


def application(language: str) -> Application:
    return speaking(Application.objects.exclude(lead__email="").filter(submitted_at__isnull=False).first(), language)


def screened(language: str, _actor: Any) -> None:
    row = application(language)
    with translation.override(of_programmes.reads(row)):  # as `found_ineligible` does it
        of_programmes.write_to(row, "1", screening.why_not(row))


def a_partner(language: str, actor: Any) -> None:
    row = Partner.objects.exclude(email="").filter(application__call__officer__isnull=False).first()
    home = Country.objects.get(code="DK" if language == "da" else "KR")
    row.email, row.country = "nobody.known@example.org", home
    row.save()
    writing.invited(row, actor)


def a_member(language: str, actor: Any) -> None:
    person(language, "joins@example.org")
    row = Application.objects.filter(state="draft", lead__user__isnull=False).first()
    writes = actor_of(row.lead.user, timezone.localdate())
    writing.add_member(Member(application=row, email="joins@example.org", part="read"), writes)


def person(language: str, email: str) -> Person:
    return Person.objects.create(family_name="Quist", given_name="Kim", email=email, language=language)


def assessor(language: str, actor: Any) -> None:
    reviewing.asked(speaking(Assessor.objects.exclude(person__email="").first(), language, "person.language"), actor)


def report_due(language: str, _actor: Any) -> None:
    row = GrantReport.objects.exclude(grant__application__lead__email="").first()
    speaking(row, language, "grant.application.language")
    GrantReport.objects.filter(pk=row.pk).update(due_on=timezone.localdate(), reminded=None)
    assert reminding.remind_of(GrantReport.objects.get(pk=row.pk))


def accounts_due(language: str, _actor: Any) -> None:
    row = GrantAccount.objects.exclude(grant__holder__email="").first()
    speaking(row, language, "grant.application.language", "grant.holder.language")
    for name, _mail, _language in reminding.recipients(GrantAccount.objects.get(pk=row.pk)):
        Person.objects.filter(user__name=name).update(language=language)
    GrantAccount.objects.filter(pk=row.pk).update(due_on=timezone.localdate(), reminded=None)
    assert reminding.remind_of(GrantAccount.objects.get(pk=row.pk))


def host(language: str, actor: Any) -> None:
    row = Host.objects.exclude(email="").filter(round__officer__isnull=False).first()
    Host.objects.filter(pk=row.pk).update(email="host@example.org")
    person(language, "host@example.org")
    row = Host.objects.get(pk=row.pk)
    rounds.asked(row, actor)


def stay(language: str) -> Stay:
    """A stay whose guest, host and keeper read one language."""
    row = Stay.objects.exclude(guest_email="").exclude(host_email="").filter(keeper__isnull=False).first()
    Stay.objects.filter(pk=row.pk).update(host_email="host@example.org", guest=None, host=None)
    person(language, "host@example.org")
    return speaking(row, language, "language", "keeper.language")


def after_stay(language: str, _actor: Any) -> None:
    row = stay(language)
    long_ago = timezone.localdate() - timedelta(days=400)
    Stay.objects.filter(pk=row.pk).update(first=long_ago, last=long_ago, asked_after=0)
    assert afterwards.ask(Stay.objects.get(pk=row.pk))


def placed(language: str, there: bool) -> None:
    row = speaking(StayApplication.objects.exclude(email="").filter(round__officer__isnull=False).first(), language)
    rounds.tell(row, row.wishes.first().host if there else None)


def attendee(language: str) -> Attendee:
    return speaking(Attendee.objects.exclude(email="").filter(event__organiser__isnull=False).first(), language)


def of_contribution(write: Callable[[Contribution], None], state: str) -> Callable[[str, Any], None]:
    def call(language: str, _actor: Any) -> None:
        row = Contribution.objects.filter(by__event__organiser__isnull=False).first()
        row = speaking(row, language, "by.language")
        row.state = state
        write(row)

    return call


def stop(write: Callable[[Stop], Any], at: bool = True) -> Callable[[str, Any], None]:
    def call(language: str, _actor: Any) -> None:
        row = Stop.objects.exclude(host_email="").first()
        row.event.country = Country.objects.get(code="DK" if language == "da" else "KR")
        row.event.tell_plan = True
        row.state, row.at = "agreed", timezone.now() if at else None
        write(row)

    return call


def after_event(language: str, _actor: Any) -> None:
    row = Attendee.objects.exclude(email="").filter(pk__in=asking_of_events.held().values("a")).first()
    row = speaking(row, language)
    row.event.last_day = timezone.localdate() - timedelta(days=400)
    row.asked_after = 0
    assert asking_of_events.ask(row)


def introduction(language: str) -> Introduction:
    row = Introduction.objects.exclude(candidate__request__email="").exclude(candidate__email="").first()
    return speaking(row, language, "request.language", "candidate.language")


def link(row: Any) -> Any:
    return SimpleNamespace(pk=row.pk)


def follow_up(language: str, actor: Any) -> None:
    from udsyn.desk.rooms.service.models import FollowUp

    row = speaking(FollowUp.objects.exclude(request__email="").first(), language, "request.language")
    of_service.how_did_it_go(row, actor, link(row))


def meeting(language: str, actor: Any) -> None:
    from udsyn.desk.rooms.service.models import Appointment

    row = Appointment.objects.first()
    row = speaking(row, language, "introduction.request.language", "introduction.candidate.language")
    of_service.appointment(row, actor)


def followed(language: str, actor: Any) -> None:
    from udsyn.desk.rooms.knowledge import commands
    from udsyn.desk.rooms.knowledge.models import Report

    for one in Following.objects.all():
        speaking(one, language)
    row = Following.objects.filter(owner=actor.user).first() or Following.objects.create(owner=actor.user)
    row = speaking(row, language)
    Following.objects.filter(pk=row.pk).update(since=timezone.now() - timedelta(days=3000), words="", country=None)
    row = Following.objects.get(pk=row.pk)
    assert commands.tell_of(row, list(Report.objects.filter(state="published")))


def saved_search(language: str, actor: Any) -> None:
    from udsyn.desk.rooms.funds.commands import letter

    with translation.override(language):  # as `tell_of` does it
        tell_owner(actor.user, "1", letter(SimpleNamespace(name="1"), []), "fundsearch:1")


KINDS: dict[str, Callable[[str, Any], Any]] = {
    "an assessor is asked": assessor,
    "an application is received": lambda language, _a: of_programmes.mail_receipt(application(language)),
    "leave to be late": lambda language, a: handing_in.leave_given(late(application(language)), a),
    "an application is returned": lambda language, a: handing_in.returned(application(language), a),
    "an application is not eligible": screened,
    "a partner is asked": a_partner,
    "a member is taken on": a_member,
    "a grant's report is due": report_due,
    "a grant's accounts are due": accounts_due,
    "what came of it": lambda language, a: outcomes.ask(person(language, "asked@example.org"), a),
    "a host is asked": host,
    "a guest is invited": lambda language, a: staying.invited(stay(language), a),
    "a stay changes": lambda language, a: staying.send_calendars(stay(language), "The stay is cancelled."),
    "a stay is over": lambda language, a: staying.finished(stay(language), a),
    "a year after a stay": after_stay,
    "a place": lambda language, _a: placed(language, True),
    "no place": lambda language, _a: placed(language, False),
    "a participant confirms": lambda language, _a: of_events.confirm(attendee(language)),
    "a participant is registered": lambda language, _a: of_events.registered(attendee(language)),
    "a participant's programme": lambda language, _a: of_events.programme(attendee(language), changed=True),
    "after an event": lambda language, _a: of_events.after(attendee(language)),
    "a contribution is accepted": of_contribution(of_events.decided, "accepted"),
    "a contribution is declined": of_contribution(of_events.decided, "declined"),
    "a contribution has its time": of_contribution(of_events.scheduled, "accepted"),
    "a delegation asks": stop(of_events.ask_host),
    "a delegation comes": stop(of_events.tell_host),
    "a delegation has no time": stop(of_events.tell_host, at=False),
    "a year after an event": after_event,
    "a short list": lambda language, a: of_service.shortlist(
        (row := introduction(language)).request, a, link(row), [row.candidate]
    ),
    "may we introduce you": lambda language, a: of_service.consent(row := introduction(language), a, link(row)),
    "both are introduced": lambda language, a: of_service.introduce(introduction(language), a),
    "nothing came of it": lambda language, a: of_service.no_luck(introduction(language), a),
    "a request is taken back": lambda language, a: of_service.taken_back(introduction(language), a),
    "a request is declined": lambda language, a: of_service.declined(introduction(language).request, a),
    "a request is passed on": lambda language, a: of_service.passed_on(introduction(language).request, a),
    "how did it go": follow_up,
    "a meeting": meeting,
    "reports that are followed": followed,
    "a search that is saved": saved_search,
}


def late(row: Application) -> Application:
    row.call.closes_at = timezone.now() - timedelta(hours=1)
    return row


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_in_its_readers_language(kind: str, language: str, actor_as: Any, settings: Any) -> None:
    settings.LANGUAGE_CODE = "da"
    actor, before = actor_as("officer"), set(Message.objects.values_list("pk", flat=True))
    with translation.override(OTHER[language]):
        KINDS[kind](language, actor)
    mails = Message.objects.exclude(pk__in=before)
    assert mails, "nobody is written to"
    for mail in mails:
        text = mail.body + "".join(run for run in mail.below if isinstance(run, str))
        assert told_in(text) == {language}, f"{mail.recipient}:\n{mail.subject}\n\n{text}"
        assert all(run.get("language", language) == language for run in mail.below if isinstance(run, dict))
        assert not set(re.findall(r"\w+", mail.subject.lower())) & (DANISH if language == "en" else ENGLISH)


def test_every_file_that_writes_mails_is_walked() -> None:
    desk = Path(udsyn.desk.__file__).parent
    found = {
        str(file.relative_to(desk))
        for file in desk.rglob("*.py")
        if re.search(r"(?<![\w.])Message\(\s*$|(?<![\w.])Message\(\w+=", file.read_text("utf-8"), re.MULTILINE)
    }
    assert found == WRITERS


def test_a_language_is_the_persons_then_their_countrys_then_the_desks(settings: Any) -> None:
    settings.LANGUAGE_CODE = "da"
    korean = Country.objects.get(code="KR")
    kim = Person.objects.create(family_name="Kim", email="kim@example.org")
    assert language_of(kim) == language_at("kim@example.org") == "da"
    assert language_at("nobody@example.org") == "da"
    assert language_at("nobody@example.org", "KR") == "en"
    place = Organisation.objects.create(name="Institute (invented)", country=korean)
    link = Affiliation.objects.create(person=kim, organisation=place)
    assert language_at("KIM@example.org") == "en"
    Affiliation.objects.filter(pk=link.pk).update(ends=timezone.localdate() - timedelta(days=1))
    assert language_of(kim) == "da", "they no longer work there"
    kim.language = "en"
    assert language_of(kim) == "en"
    assert language_of(None) == "da"
