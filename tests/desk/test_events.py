"""Events: who comes, what a plan grants and why not, moves by hand, calendars, and what came of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from tests.desk import second_reader

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.events import afterwards, calendars, links, moving, planning, reasons, registering, wishing
from udsyn.desk.rooms.events.models import AskRule, Attendee, Event, Hall, Pairing, Plan, Session, Stop, Talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(actor_as):
    return actor_as("officer")


@pytest.fixture
def day(officer):
    """An open day of eight slots with two tables, next week."""
    date = timezone.localdate() + dt.timedelta(7)
    row = Event(
        title="A day of meetings",
        organiser_id=officer.person,
        hours=f"{date} 09:00-10:40\n{date} 11:00-12:40",
        state="open",
    )
    row.full_clean()
    row.save()
    Hall.objects.create(event=row, name="Hall", tables=2)
    return row


def guest(event, number, **fields):
    said = {"given_name": f"Guest{number}", "family_name": "Test", "email": f"guest{number}@example.org"}
    said |= {"organisation_name": f"House {number}", "shown": True, "language": "en", "state": "coming"}
    return Attendee.objects.create(event=event, **said | fields)


def planned(event, officer, **how):
    """A plan that was asked for, computed at once, and adopted."""
    plan = planning.ask(event, officer, **how)
    planning.compute.call(plan.pk)
    plan = Plan.objects.get(pk=plan.pk)
    if plan.state == "made":
        commands.perform(plan, "adopt", officer)
    return Plan.objects.get(pk=plan.pk)


def mails_to(row):
    return list(Message.objects.filter(about=f"attendee:{row.pk}").order_by("pk"))


# Registering ---------------------------------------------------------------------------------------------------------


def test_a_stranger_registers_confirms_by_mail_and_the_next_stands_in_the_line(day, client_as):
    Event.objects.filter(pk=day.pk).update(capacity=1)
    visitor = client_as("visitor")
    for number in (1, 2):
        form = {"given_name": "Ida", "family_name": f"N{number}", "email": f"I{number}@Example.org", "shown": "on"}
        assert visitor.post(reverse("event", args=[day.pk]), form).status_code == 302
    first, second = Attendee.objects.filter(event=day).order_by("pk")
    assert (first.state, first.email) == ("asked", "i1@example.org")
    (mail,) = mails_to(first)
    assert (mail.state, mail.below[1]) == ("approved", {"event_link": first.pk})
    for row in (first, second):
        address = reverse("event_mine", args=[links.token(row)])
        assert visitor.get(address).status_code == 200
        assert Attendee.objects.get(pk=row.pk).state == "asked"  # opening it changes nothing
        assert visitor.post(address, {"do": "confirm"}).status_code == 302
    assert [one.state for one in Attendee.objects.filter(event=day).order_by("pk")] == ["coming", "waiting"]


def test_whoever_registers_twice_gets_the_same_link_and_the_page_tells_nobody(day, client_as):
    guest(day, 1)
    form = {"given_name": "X", "family_name": "Y", "email": "guest1@example.org"}
    answer = client_as("visitor").post(reverse("event", args=[day.pk]), form)
    assert answer.url == reverse("event_thanks", args=[day.pk])
    (row,) = Attendee.objects.filter(event=day)
    assert row.given_name == "Guest1"
    assert len(mails_to(row)) == 1


def test_who_cancels_makes_room_for_the_first_of_the_line(day, django_capture_on_commit_callbacks):
    Event.objects.filter(pk=day.pk).update(capacity=1)
    here, one, other = guest(day, 1), guest(day, 2, state="waiting"), guest(day, 3, state="waiting")
    with django_capture_on_commit_callbacks(execute=True):
        commands.perform(here, "cancel", links.guest(here))
    states = [Attendee.objects.get(pk=row.pk).state for row in (here, one, other)]
    assert states == ["cancelled", "coming", "waiting"]


def test_an_event_that_is_called_off_takes_its_meetings_out_of_the_calendars(
    day, officer, django_capture_on_commit_callbacks
):
    a, b, c = guest(day, 1), guest(day, 2), guest(day, 3)
    talk = Talk.objects.create(event=day, a=a, b=b, slot=1, hall=day.halls.get(), table=1)
    fallen = Talk.objects.create(event=day, a=b, b=c, slot=2, hall=day.halls.get(), table=1, state="cancelled")
    with django_capture_on_commit_callbacks(execute=True):
        commands.perform(day, "cancel", officer, reason="the storm")
    now = Talk.objects.get(pk=talk.pk)
    assert (now.state, now.version) == ("cancelled", talk.version + 1)
    assert Talk.objects.get(pk=fallen.pk).version == fallen.version
    assert [len(mails_to(row)) for row in (a, b, c)] == [1, 1, 0], "who had a meeting is told, once"


def test_a_link_opens_nothing_of_others(day, client_as):
    mine, theirs = guest(day, 1), guest(day, 2)
    with pytest.raises(commands.Refused):
        commands.perform(theirs, "cancel", links.guest(mine))
    tampered = links.token(mine).replace(f"{mine.pk}.", f"{theirs.pk}.", 1)
    assert client_as("visitor").get(reverse("event_mine", args=[tampered])).status_code == 404


def test_the_next_event_needs_one_press(day, officer, client_as):
    date = timezone.localdate() + dt.timedelta(20)
    later = Event(title="Later", organiser_id=officer.person, hours=f"{date} 09:00-12:00", state="open")
    later.full_clean()
    later.save()
    row = guest(day, 1, offers="cold laboratories")
    answer = client_as("visitor").post(
        reverse("event_mine", args=[links.token(row)]), {"do": "again", "event": later.pk}
    )
    made = Attendee.objects.get(event=later)
    assert (made.state, made.offers, answer.status_code) == ("coming", "cold laboratories", 302)


# Wishes --------------------------------------------------------------------------------------------------------------


def test_wishes_keep_their_order_and_can_be_changed_until_the_plan_is_made(day, officer):
    rows = [guest(day, n) for n in range(4)]
    wishing.wish(rows[0], [rows[2].pk, rows[1].pk], links.guest(rows[0]))
    wishing.wish(rows[0], [rows[1].pk, rows[3].pk], links.guest(rows[0]))
    assert list(rows[0].wishes.values_list("whom", "rank")) == [(rows[1].pk, 1), (rows[3].pk, 2)]
    assert planned(day, officer).state == "adopted"
    with pytest.raises(ValidationError, match="plan is made"):
        wishing.wish(rows[0], [], links.guest(rows[0]))


def test_nobody_can_be_asked_who_is_not_shown_or_not_open_to_the_group(day):
    Event.objects.filter(pk=day.pk).update(groups="firms\nresearch")
    AskRule.objects.create(event=day, asks="firms", asked="research")
    firm, hidden = guest(day, 1, group="firms"), guest(day, 2, group="research", shown=False)
    other_firm, open_one = guest(day, 3, group="firms"), guest(day, 4, group="research")
    firm.refresh_from_db()
    assert wishing.offered(firm) == [open_one]
    for nobody in (hidden, other_firm):
        with pytest.raises(ValidationError, match="cannot be asked"):
            wishing.wish(firm, [nobody.pk], links.guest(firm))


def test_suggestions_say_why(day):
    mine = guest(day, 1, seeks="membranes for electrolysis")
    fits, neither = guest(day, 2, offers="Membranes that last"), guest(day, 3, offers="music")
    (found,) = wishing.suggestions(mine, [fits, neither])
    assert found.whom == fits
    assert found.reasons == ("offers what you look for: membranes",)


# The plan ------------------------------------------------------------------------------------------------------------


def test_a_plan_grants_what_fits_is_proven_and_says_why_not(day, officer):
    Hall.objects.filter(event=day).update(tables=1)
    Event.objects.filter(pk=day.pk).update(hours=day.hours.splitlines()[0])  # four slots
    day.refresh_from_db()
    rows = [guest(day, n) for n in range(6)]
    wishing.wish(rows[0], [row.pk for row in rows[1:]], links.guest(rows[0]))
    Attendee.objects.filter(pk=rows[5].pk).update(away=[1, 2, 3, 4])
    plan = planned(day, officer)
    assert plan.proven
    assert day.talks.filter(state="planned").count() == 4
    told = {(one.whom.pk, str(one.why)) for one in reasons.told(plan.unmet, planning.names(day))}
    assert told == {(rows[5].pk, "There is no time at which both are there.")}


def test_who_can_meet_nobody_spoils_nobodys_day(day, officer):
    """Somebody with several wishes who is away all day: the others' plan is made all the same."""
    away = guest(day, 0, away=list(range(1, 9)))
    a, b = guest(day, 1), guest(day, 2)
    wishing.wish(away, [a.pk, b.pk], links.guest(away))
    wishing.wish(a, [b.pk], links.guest(a))
    plan = planned(day, officer)
    assert (plan.state, plan.proven, list(plan.made)) == ("adopted", True, [f"{a.pk}-{b.pk}"])
    assert {one[2] for one in plan.unmet} == {"never_both_there"}


def test_must_and_must_not_and_whom_a_colleague_meets(day, officer):
    a, b, c = guest(day, 1), guest(day, 2), guest(day, 3)
    d = guest(day, 4, organisation_name="house  1")  # of a's house
    for by, whom in ((a, b), (a, c), (d, c)):
        wishing.wish(by, [*by.wishes.values_list("whom", flat=True), whom.pk], links.guest(by))
    Pairing.objects.create(event=day, a=a, b=b, kind_of="never")
    Pairing.objects.create(event=day, a=b, b=c, kind_of="must")
    plan = planned(day, officer)
    assert set(plan.made) == {f"{a.pk}-{c.pk}", f"{b.pk}-{c.pk}"} or set(plan.made) == {
        f"{c.pk}-{d.pk}",
        f"{b.pk}-{c.pk}",
    }
    assert {one[2] for one in plan.unmet} == {"never", "colleague"}


def test_who_speaks_in_a_session_meets_nobody_then(day, officer):
    a, b = guest(day, 1), guest(day, 2)
    slots = day.slots
    session = Session.objects.create(event=day, title="Talk", starts=slots[0].starts, ends=slots[-2].ends)
    session.speakers.add(a)
    wishing.wish(a, [b.pk], links.guest(a))
    planned(day, officer)
    assert Talk.objects.get(event=day).slot == len(slots)


def test_a_plan_is_not_adopted_when_what_it_was_computed_from_has_changed(day, officer):
    a, b = guest(day, 1), guest(day, 2)
    wishing.wish(a, [b.pk], links.guest(a))
    plan = planning.ask(day, officer)
    planning.compute.call(plan.pk)
    commands.perform(b, "cancel", links.guest(b))
    with pytest.raises(ValidationError, match="has changed"):
        commands.perform(Plan.objects.get(pk=plan.pk), "adopt", officer)


def test_what_cannot_be_is_said(day, officer):
    a, b = guest(day, 1, away=list(range(1, 9))), guest(day, 2)
    Pairing.objects.create(event=day, a=a, b=b, kind_of="must")
    plan = planned(day, officer)
    assert plan.state == "impossible"
    assert "no slot left" in plan.trouble


def test_two_cancel_on_the_day_and_only_freed_pairs_move(day, officer):
    """Meetings that need not move keep slot, table and version; locked ones cannot move; the others are told once."""
    rows = [guest(day, n) for n in range(8)]
    for n, row in enumerate(rows):
        wishing.wish(row, [rows[(n + step) % 8].pk for step in (1, 3)], links.guest(row))
    planned(day, officer)
    before = {talk.pair: (talk.slot, talk.hall_id, talk.table, talk.version) for talk in day.talks.all()}
    locked = day.talks.exclude(a__in=rows[:2]).exclude(b__in=rows[:2]).first()
    moving.lock(locked, officer, True)
    for row in rows[:2]:
        commands.perform(Attendee.objects.get(pk=row.pk), "cancel", links.guest(row))
    Message.objects.all().delete()
    again = planned(day, officer, again=True)
    assert (again.state, again.result["status"], again.result["moved"]) == ("adopted", "optimal", 0)
    assert again.result["moves"] == {}
    gone = {row.pk for row in rows[:2]}
    for talk in day.talks.all():
        if gone & {talk.a_id, talk.b_id}:
            assert talk.state == "cancelled"
        elif talk.pair in before:
            assert (talk.slot, talk.hall_id, talk.table, talk.version) == before[talk.pair]


# By hand -------------------------------------------------------------------------------------------------------------


def test_a_move_is_checked_and_two_can_change_places(day, officer):
    a, b, c, d = (guest(day, n) for n in range(4))
    hall = day.halls.get()
    one = Talk.objects.create(event=day, a=a, b=b, slot=1, hall=hall, table=1)
    two = Talk.objects.create(event=day, a=c, b=d, slot=1, hall=hall, table=2)
    three = Talk.objects.create(event=day, a=a, b=c, slot=2, hall=hall, table=1)
    with pytest.raises(ValidationError) as told:
        moving.move(one, moving.Place(2, hall, 1), officer)
    assert {str(word) for word in told.value.messages} == {
        "Guest0 Test meets Guest2 Test at that time.",
        "Guest0 Test – Guest2 Test sit at that table.",
    }
    with pytest.raises(ValidationError, match="no such table"):
        moving.move(one, moving.Place(1, hall, 3), officer)
    moving.move(one, moving.Place(1, hall, 2), officer, swap=True)
    places = {talk.pk: (talk.slot, talk.table, talk.version) for talk in Talk.objects.filter(event=day)}
    assert places == {one.pk: (1, 2, 1), two.pk: (1, 1, 1), three.pk: (2, 1, 0)}
    moving.lock(three, officer, True)
    with pytest.raises(ValidationError, match="locked"):
        moving.move(three, moving.Place(3, hall, 1), officer)


def test_nobody_moves_into_the_past_or_what_has_begun(day, officer):
    date = timezone.localdate() - dt.timedelta(1)
    Event.objects.filter(pk=day.pk).update(hours=f"{date} 09:00-10:40\n{day.first_day} 09:00-10:40")
    a, b = guest(day, 1), guest(day, 2)
    hall = day.halls.get()
    over = Talk.objects.create(event=day, a=a, b=b, slot=1, hall=hall, table=1)
    for slot in (2, 6):
        with pytest.raises(ValidationError, match="has begun"):
            moving.move(over, moving.Place(slot, hall, 1), officer)


# Calendars -----------------------------------------------------------------------------------------------------------


def test_a_calendar_holds_each_meeting_once_and_it_changes_in_place(day, officer, client_as):
    import icalendar

    a, b = guest(day, 1), guest(day, 2)
    hall = day.halls.get()
    talk = Talk.objects.create(event=day, a=a, b=b, slot=1, hall=hall, table=1)

    def read():
        answer = client_as("visitor").get(reverse("event_calendar", args=[links.token(a)]))
        (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        _method, (same,) = second_reader.read(answer.content)
        said = str(event["uid"]), event["sequence"], event["dtstart"].dt, str(event["status"])
        assert second_reader.told(same) == said
        assert len(same.alarm) == len(event.walk("VALARM"))
        return event

    first = read()
    moving.move(talk, moving.Place(3, hall, 1), officer)
    second = read()
    commands.perform(Talk.objects.get(pk=talk.pk), "cancel", officer)
    third = read()
    assert first["uid"] == second["uid"] == third["uid"]
    assert [event["sequence"] for event in (first, second, third)] == [0, 1, 2]
    assert [str(event["status"]) for event in (first, second, third)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert (first["dtstart"].dt, second["dtstart"].dt) == (day.slots[0].starts, day.slots[2].starts)
    assert [len(event.walk("VALARM")) for event in (first, second, third)] == [1, 1, 0]
    (attached,) = calendars.attachments(a)
    assert second_reader.read(attached[1])[0] == "CANCEL"
    methods = [kind for _name, _bytes, kind in calendars.attachments(a)]
    assert methods == ["text/calendar; method=CANCEL; charset=utf-8"]


def test_every_mail_can_be_switched_off_and_a_mail_is_for_its_recipient_only(day, officer):
    Event.objects.filter(pk=day.pk).update(tell_registered=False, tell_plan=False, tell_after=False)
    a, b = guest(day, 1, state="asked"), guest(day, 2)
    registering.come(a, links.guest(a))
    wishing.wish(b, [a.pk], links.guest(b))
    planned(day, officer)
    assert Talk.objects.filter(event=day, state="planned").count() == 1
    assert not Message.objects.filter(about__startswith="attendee:").exists()


# Afterwards ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def held(day):
    """The day was yesterday; two had a meeting."""
    date = timezone.localdate() - dt.timedelta(1)
    Event.objects.filter(pk=day.pk).update(hours=f"{date} 09:00-10:40", first_day=date, last_day=date)
    day.refresh_from_db()
    a, b = guest(day, 1), guest(day, 2)
    return Talk.objects.create(event=day, a=a, b=b, slot=1, hall=day.halls.get(), table=1)


def test_both_say_whether_they_met_and_a_disagreement_stays_one(held):
    def say(who, met):
        afterwards.tick(held, who, met, 3, False, links.guest(who))
        held.refresh_from_db()
        return held.outcome, [
            said.status for said in afterwards.ties() if said.about.pk == held.pk and said.instrument == "meeting"
        ]

    assert say(held.a, True) == ("one", ["made"])
    assert say(held.b, False) == ("disputed", [])
    assert say(held.b, True) == ("met", ["made"])
    assert say(held.a, False) == ("disputed", [])
    assert say(held.b, False) == ("not_met", ["cancelled"])


def test_only_the_two_say_it_and_not_before_it_began(held, day):
    third = guest(day, 3)
    with pytest.raises(commands.Refused):
        afterwards.tick(held, third, True, 3, False, links.guest(third))
    Event.objects.filter(pk=day.pk).update(hours=f"{timezone.localdate() + dt.timedelta(2)} 09:00-12:00")
    with pytest.raises(ValidationError, match="has not begun"):
        afterwards.tick(held, held.a, True, 3, False, links.guest(held.a))


def test_a_follow_up_becomes_an_introduction_that_its_gates_still_judge(held, day, officer):
    from udsyn.desk.rooms.posts.models import Centre

    Event.objects.filter(pk=day.pk).update(centre=Centre.objects.get(slug="seoul"))
    with pytest.raises(ValidationError, match="Neither"):
        afterwards.introduce(held, officer)
    afterwards.tick(held, held.a, True, 4, True, links.guest(held.a))
    made = afterwards.introduce(held, officer)
    assert (made.state, made.request.email, made.candidate.email) == ("drafted", held.a.email, held.b.email)
    assert Talk.objects.get(pk=held.pk).became == f"introduction:{made.pk}"
    with pytest.raises(ValidationError, match="already"):
        afterwards.introduce(held, officer)


def test_a_delegation_is_planned_and_its_calendar_has_every_stop(actor_as, client_as):
    event = Event.objects.get(kind_of="delegation", state="open")
    plan = event.plans.get(state="adopted")
    assert plan.proven
    reached = event.stops.filter(at__isnull=False)
    assert set(event.stops.filter(must=True)) <= set(reached)
    for stop in reached:
        at = stop.at.astimezone(event.here)
        assert stop.opens <= at.time() <= stop.closes
        assert at.date() == stop.day
    text = client_as("officer").get(reverse("event_way", args=[event.pk, "ics"])).content.decode()
    assert text.count("BEGIN:VEVENT") == reached.count()
    pdf = client_as("officer").get(reverse("event_way", args=[event.pk, "pdf"])).content
    assert pdf.startswith(b"%PDF")


def test_the_list_names_only_those_who_agreed_and_a_badge_is_text(day, client_as, monkeypatch):
    guest(day, 1, topics="quantum")
    guest(day, 2, shown=False, given_name='#panic("no")', organisation_name="$x$ *House*")
    guest(day, 3, state="cancelled")
    drawn = []
    monkeypatch.setattr("udsyn.briefs.pdf.render", lambda brief, _dress: drawn.append(brief) or b"%PDF")
    officer = client_as("officer")
    assert officer.get(reverse("event_print", args=[day.pk, "participants"])).content == b"%PDF"
    table, others = drawn[0].sections[0].blocks
    assert [row["name"] for row in table.rows] == ["Guest1 Test"]
    assert "1 who are not named" in others.words
    assert officer.get(reverse("event_print", args=[day.pk, "badges"])).content.startswith(b"%PDF-")
    assert client_as("client").get(reverse("event_print", args=[day.pk, "badges"])).status_code == 404


def test_an_officer_of_one_event_works_on_that_one_only(day, user_of):
    from udsyn.desk.rooms.parties.models import Mandate, User

    user = User.objects.create_user("event.officer@example.org")
    Mandate.objects.create(user=user, role="officer", scope=f"event:{day.pk}")
    actor = actor_of(user, timezone.localdate())
    assert list(Event.objects.visible_to(actor, "change")) == [day]


def test_no_two_rooms_call_their_rows_alike():
    """A kind or an address that two rooms use would silently be one of them."""
    from udsyn.desk.kernel.rooms import rooms

    kinds = [resource.kind for room in rooms() for resource in room.resources]
    slugs = [resource.slug for room in rooms() for resource in room.resources]
    lives = {id(life): life.name for room in rooms() for r in room.resources if (life := r.model.lifecycle)}
    for names in (kinds, slugs, [*lives.values()]):
        assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize(
    ("state", "words"), [("prepared", "Open the event first."), ("held", "is over"), ("cancelled", "is over")]
)
def test_why_no_plan_can_be_made_is_true_of_the_event(state, words):
    event = Event.objects.filter(kind_of="matchmaking").first()
    event.state = state
    assert words in str(planning.may_plan(event))


def test_a_visit_is_told_on_the_clock_of_its_place_and_in_the_readers_words():
    """Nine in Seoul, which is midnight in UTC, also where the desk stands in Copenhagen."""
    event = Event(title="A journey", zone="Asia/Seoul")
    row = Stop(event=event, minutes=45, at=dt.datetime(2026, 12, 23, 0, 2, tzinfo=dt.UTC))
    (column,) = [one for one in RESOURCES["stop"].columns if one.name == "at"]
    for language, words in (("en", "23 December 2026 09:02–09:47"), ("da", "23. december 2026 09:02–09:47")):
        with translation.override(language):
            assert column.value(row) == words
    assert column.value(Stop(event=event, minutes=45)) is None
