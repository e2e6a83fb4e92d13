"""A call for contributions: proposing by link, reading, deciding by batch, sessions; and an event's limit of costs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.models import Message
from udsyn.desk.rooms.events import contributing, links, notices
from udsyn.desk.rooms.events.models import Attendee, Contribution, Event, EventMoney, Opinion, Referee, Session, Stop
from udsyn.desk.web import inbox

pytestmark = pytest.mark.django_db
SAID = {"do": "propose", "new-kind_of": "talk", "new-title": "Cold atoms", "new-text": "How cold they are."}


@pytest.fixture
def officer(actor_as):
    return actor_as("officer")


@pytest.fixture
def event(officer):
    """An open workshop next week, with a call that ends before it."""
    date = timezone.localdate() + dt.timedelta(7)
    row = Event(
        title="A workshop",
        kind_of="workshop",
        organiser_id=officer.person,
        hours=f"{date} 09:00-12:00",
        contributions_until=date - dt.timedelta(1),
        state="open",
    )
    row.full_clean()
    row.save()
    return row


@pytest.fixture
def author(event):
    said = {"given_name": "Ida", "family_name": "Test", "email": "ida@example.org", "organisation_name": "House"}
    return Attendee.objects.create(event=event, shown=True, language="en", state="coming", **said)


def proposed(author, **fields):
    fields = {"title": "Cold atoms", "text": "How cold they are."} | fields
    return Contribution.objects.create(event=author.event, by=author, **fields)


def session(event, title, hour):
    starts = event.slots[0].starts.replace(hour=hour)
    return Session.objects.create(event=event, title=title, starts=starts, ends=starts + dt.timedelta(hours=1))


def mails_to(row):
    return Message.objects.filter(about=f"attendee:{row.pk}").order_by("pk")


def test_a_participant_proposes_changes_and_withdraws_by_their_link(author, client_as):
    visitor, address = client_as("visitor"), reverse("event_mine", args=[links.token(author)])
    assert "Propose a contribution" in visitor.get(address).content.decode()
    assert visitor.post(address, SAID | {"new-title": " "}).status_code == 422
    assert visitor.post(address, SAID).status_code == 302
    row = Contribution.objects.get(event=author.event)
    assert (row.by, row.state, row.title) == (author, "handed_in", "Cold atoms")
    change = {f"{row.pk}-{name}": value for name, value in (("kind_of", "poster"), ("title", "T"), ("text", "x"))}
    assert visitor.post(address, {"do": "rewrite", "contribution": row.pk, **change}).status_code == 302
    assert Contribution.objects.get(pk=row.pk).kind_of == "poster"
    assert visitor.post(address, {"do": "withdraw", "contribution": row.pk}).status_code == 302
    assert Contribution.objects.get(pk=row.pk).state == "withdrawn"


def test_nobody_proposes_after_the_day_or_more_than_is_allowed_or_for_another(author, client_as):
    visitor, address = client_as("visitor"), reverse("event_mine", args=[links.token(author)])
    for _n in range(contributing.MOST):
        theirs = proposed(author)
    assert "as many as one may" in visitor.post(address, SAID).content.decode()
    Contribution.objects.all().delete()
    other = Attendee.objects.create(event=author.event, email="o@example.org", state="coming", language="en")
    theirs = proposed(other)
    assert visitor.post(address, {"do": "withdraw", "contribution": theirs.pk}).status_code == 404
    with pytest.raises(commands.Refused):
        commands.perform(theirs, "withdraw", links.guest(author))
    Event.objects.filter(pk=author.event_id).update(contributions_until=timezone.localdate() - dt.timedelta(1))
    assert "takes no contributions" in visitor.post(address, SAID).content.decode()


def test_who_is_decided_upon_cannot_change_it_any_more(author, officer):
    row = proposed(author)
    commands.perform(row, "accept", officer)
    row = Contribution.objects.get(pk=row.pk)
    with pytest.raises(commands.Refused):
        contributing.rewrite(row, links.guest(author))


def test_whoever_is_signed_in_gets_to_their_page_without_the_mail(event, author, actor_as, client_as):
    own = reverse("event_mine", args=[links.token(author)])
    there = reverse("event", args=[event.pk])
    assert own not in client_as("client").get(there).content.decode()
    Attendee.objects.filter(pk=author.pk).update(person=actor_as("client").person)
    assert own in client_as("client").get(there).content.decode()
    assert own not in client_as("visitor").get(there).content.decode()


@pytest.fixture
def referee(event, actor_as):
    return Referee.objects.create(event=event, person_id=actor_as("client").person)


def test_a_reader_judges_what_is_not_their_own_and_sees_no_others_opinion(event, author, referee, actor_as, client_as):
    row, reader = proposed(author), client_as("client")
    page = reverse("event_contributions", args=[event.pk])
    assert client_as("visitor").get(page).status_code in (302, 404)
    said = {"do": "judge", "contribution": row.pk, f"{row.pk}-score": 4, f"{row.pk}-text": "New."}
    assert [one.title for one in notices.to_read(actor_as("client"), timezone.localdate())] == [str(event)]
    assert reader.post(page, said).status_code == 302
    assert reader.post(page, said | {f"{row.pk}-score": 5}).status_code == 302
    (opinion,) = Opinion.objects.all().filter(contribution=row)
    assert opinion.score == 5
    assert not list(notices.to_read(actor_as("client"), timezone.localdate()))
    other = Referee.objects.create(event=event, person_id=actor_as("attache").person)
    Opinion.objects.create(contribution=row, referee=other, score=1, text="secretword")
    assert "secretword" not in reader.get(page).content.decode()
    assert "secretword" not in reader.get(reverse("detail", args=["contributions", row.pk])).content.decode()
    assert "secretword" in client_as("officer").get(reverse("detail", args=["contributions", row.pk])).content.decode()
    assert "3.0" in client_as("officer").get(page).content.decode()


def source(item):
    return next(one for one in notices.INBOX if one.item is item)


def test_nobody_judges_what_is_theirs_or_their_houses_and_its_author_sees_no_opinion(event, author, referee, actor_as):
    actor, row = actor_as("client"), proposed(author)
    house = referee.person.affiliations.select_related("organisation").first().organisation.name
    Attendee.objects.filter(pk=author.pk).update(organisation_name=house.upper())
    row = Contribution.objects.select_related("by").get(pk=row.pk)
    with pytest.raises(ValidationError, match="own organisation"):
        contributing.judge(referee, row, 5, "x", actor)
    assert not list(notices.to_read(actor, timezone.localdate()))  # nothing is left that they may judge
    Attendee.objects.filter(pk=author.pk).update(organisation_name="", person=referee.person)
    row = Contribution.objects.select_related("by").get(pk=row.pk)
    with pytest.raises(ValidationError, match="your own"):
        contributing.judge(referee, row, 5, "x", actor)
    other = Referee.objects.create(event=event, person_id=actor_as("attache").person)
    Opinion.objects.create(contribution=row, referee=other, score=1, text="x")
    assert not Opinion.objects.visible_to(actor).filter(contribution=row).exists()
    assert not Opinion.objects.visible_to(links.guest(author)).exists()


def test_an_organiser_sees_no_judgement_of_their_own_and_others_do(event, author, referee, actor_as, client_as):
    row = proposed(author)
    Opinion.objects.create(contribution=row, referee=referee, score=4, text="secretword")
    page, officer = reverse("event_contributions", args=[event.pk]), client_as("officer")
    assert "4.0" in officer.get(page).content.decode()
    Attendee.objects.filter(pk=author.pk).update(person=actor_as("officer").person)
    shown = officer.get(page).content.decode()
    assert "It is your own." in shown
    assert "4.0" not in shown
    assert "(1 / 1)" not in shown
    assert "secretword" not in officer.get(reverse("detail", args=["contributions", row.pk])).content.decode()


def test_many_are_decided_at_once_and_each_author_hears_of_it(event, author, client_as):
    rows, officer = [proposed(author, title=f"T{n}") for n in range(3)], client_as("officer")
    chosen = {"step": "accept", "row": [row.pk for row in rows[:2]]}
    assert officer.get(reverse("together", args=["contributions"]), chosen).status_code == 200
    assert officer.post(reverse("together", args=["contributions"]), chosen).status_code == 200
    told = officer.post(
        reverse("together", args=["contributions"]), {"step": "decline", "row": [row.pk for row in rows]}
    )
    assert told.status_code == 200  # two are accepted already, and only the third is declined
    states = dict(Contribution.objects.filter(event=event).values_list("title", "state"))
    assert states == {"T0": "accepted", "T1": "accepted", "T2": "declined"}
    assert [("accepted" in mail.body, "no place" in mail.body) for mail in mails_to(author)] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    Event.objects.filter(pk=event.pk).update(tell_contributions=False)
    commands.perform(Contribution.objects.get(title="T2", event=event), "accept", officer_actor(client_as))
    assert mails_to(author).count() == 3


def officer_actor(client_as):
    from udsyn.desk.kernel.permissions import actor_of
    from udsyn.desk.rooms.parties.models import User

    return actor_of(User.objects.get(email="officer@demo.example"), timezone.localdate())


def test_what_is_accepted_stands_in_a_session_and_in_the_public_programme(event, author, officer, client_as):
    row, morning, clash = proposed(author), session(event, "Morning", 9), session(event, "Beside it", 9)
    with pytest.raises(ValidationError, match="Only what is accepted"):
        contributing.schedule(row, morning, officer)
    commands.perform(row, "accept", officer)
    page = reverse("event_contributions", args=[event.pk])
    said = {"do": "schedule", "contribution": row.pk, "session": morning.pk}
    assert client_as("officer").post(page, said).status_code == 302
    assert client_as("client").post(page, said).status_code in (403, 404)
    assert list(morning.speakers.all()) == [author]
    assert mails_to(author).count() == 2
    public = client_as("visitor").get(reverse("event", args=[event.pk])).content.decode()
    assert "Cold atoms" in public
    assert "Ida Test" in public
    own = client_as("visitor").get(reverse("event_mine", args=[links.token(author)])).content.decode()
    assert "Morning" in own
    second = proposed(author, title="Warm atoms", state="accepted")
    with pytest.raises(ValidationError, match="speaks in"):
        contributing.schedule(second, clash, officer)
    Attendee.objects.filter(pk=author.pk).update(shown=False)
    public = client_as("visitor").get(reverse("event", args=[event.pk])).content.decode()
    assert "Cold atoms" in public
    assert "Ida Test" not in public


def test_whoever_cancels_contributes_nothing_and_speaks_nowhere(event, author, officer):
    row, morning = proposed(author, state="accepted"), session(event, "Morning", 9)
    contributing.schedule(row, morning, officer)
    commands.perform(author, "cancel", links.guest(author))
    row = Contribution.objects.get(pk=row.pk)
    assert (row.state, row.session) == ("withdrawn", None)
    assert not morning.speakers.exists()


# What an event may cost ----------------------------------------------------------------------------------------------


def test_an_event_over_its_limit_is_not_opened_and_says_by_how_much(event, officer):
    Event.objects.filter(pk=event.pk).update(state="prepared", cap=Decimal(1000))
    event = Event.objects.get(pk=event.pk)
    EventMoney.objects.create(event=event, text="Rooms", budget=900)
    EventMoney.objects.create(event=event, text="Meals", budget=50, amount=350)
    with pytest.raises(ValidationError, match=r"1,250 DKK: 250 over the limit of 1,000"):
        commands.perform(event, "open", officer)
    assert Event.objects.get(pk=event.pk).state == "prepared"
    Event.objects.filter(pk=event.pk).update(cap=Decimal(1250))
    commands.perform(Event.objects.get(pk=event.pk), "open", officer)


def test_no_more_is_set_aside_than_the_limit_but_what_was_spent_is_noted(event, client_as):
    Event.objects.filter(pk=event.pk).update(cap=Decimal(1000))
    officer, address = client_as("officer"), reverse("create", args=["event-money"])
    line = {"event": event.pk, "text": "Rooms", "budget": "600", "currency": "DKK"}
    assert officer.post(address, line).status_code == 302
    answer = officer.post(address, line | {"text": "Meals", "budget": "400.50"})
    assert answer.status_code == 422
    assert "0.50 over the limit of 1,000" in answer.content.decode()
    assert officer.post(address, line | {"text": "Meals", "currency": "EUR", "budget": "1"}).status_code == 422
    assert officer.post(address, line | {"text": "Meals", "budget": "400", "amount": "700"}).status_code == 302
    page = officer.get(reverse("detail", args=["events", event.pk])).content.decode()
    assert "Over the limit of its budget" in page
    assert "300 over the limit" in page


def test_a_limit_is_not_set_in_another_currency_than_the_lines(event):
    EventMoney.objects.create(event=event, text="Rooms", budget=10, currency="EUR")
    event.cap = Decimal(1000)
    with pytest.raises(ValidationError, match="another currency"):
        event.full_clean()


# Hosts who decline ---------------------------------------------------------------------------------------------------


def test_an_organiser_finds_a_host_who_declined_in_their_inbox_until_they_note_it(actor_as, client_as):
    event = Event.objects.get(kind_of="delegation", state="open")
    event.stops.update(declined=False)
    stop, taken_out = event.stops.filter(state="wished")[:2]
    Stop.objects.filter(pk=stop.pk).update(state="asked")
    attache, today = actor_as("attache"), timezone.localdate()
    assert source(notices.host_declined).rows(attache, today).count() == 0
    commands.perform(taken_out, "drop", attache, reason="no time")  # by themselves: they know it
    said = {"do": "decline", "reason": "closed that week"}
    assert client_as("visitor").post(reverse("event_visit", args=[links.token(stop)]), said).status_code == 302
    (item,) = inbox.asked(source(notices.host_declined), attache, today, 9)[0]
    assert (item.row, item.action) == (stop, "note")
    assert "has declined" in client_as("attache").get(reverse("inbox")).content.decode()
    commands.perform(Stop.objects.get(pk=stop.pk), "note", attache)
    assert source(notices.host_declined).rows(attache, today).count() == 0
