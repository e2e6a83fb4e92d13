"""What lists of events show, forms ask and exports hold."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Column, Importing, Resource, columns
from udsyn.desk.rooms.events import boards, calendars, call
from udsyn.desk.rooms.events.models import (
    AskRule,
    Attendee,
    Contribution,
    Event,
    EventMoney,
    Hall,
    MeetingWish,
    Opinion,
    Pairing,
    Plan,
    Referee,
    Series,
    Session,
    Stop,
    Talk,
)
from udsyn.desk.rooms.events.rules import reads

EVENTS = _("Events")
PRIVATE = frozenset({"email", "author", "person"})


def told_outcome(row: Talk) -> Any:
    return boards.OUTCOMES[row.outcome]


def there(row: Stop) -> str | None:
    return calendars.when_there(row) if row.at else None


def of_event(row: Event, actor: Actor) -> dict[str, Any]:
    return boards.dashboard(row, actor)


LISTS = (
    Resource(
        Event,
        "events",
        EVENTS,
        columns(
            Event,
            *("title", "kind_of", "first_day", "place", "state", "country", "centre", "organiser"),
            *("series", "agreement", "programme", "request", "last_day", "zone", "hours", "minutes", "pause"),
            *("languages", "public", "capacity", "closes_on", "groups", "most_wishes", "one_of_a_house", "about"),
            *("tell_registered", "tell_plan", "tell_after", "tell_contributions", "parties", "speed"),
            *("contributions_until", "contributions_about", "cap", "cap_currency"),
            hidden=(
                *("series", "agreement", "programme", "request", "last_day", "zone", "hours", "minutes", "pause"),
                *("languages", "public", "capacity", "closes_on", "groups", "most_wishes", "one_of_a_house", "about"),
                *("tell_registered", "tell_plan", "tell_after", "tell_contributions", "parties", "speed", "organiser"),
                *("contributions_until", "contributions_about", "cap", "cap_currency"),
            ),
            long=("about", "contributions_about", "hours", "groups"),
            towns=("place",),
        ),
        form=(
            *("title", "kind_of", "about", "organiser", "country", "series", "centre", "agreement", "programme"),
            *("request", "place", "zone", "hours", "minutes", "pause", "languages", "public", "capacity"),
            *("closes_on", "groups", "most_wishes", "one_of_a_house", "tell_registered", "tell_plan", "tell_after"),
            *(
                "tell_contributions",
                "contributions_until",
                "contributions_about",
                "cap",
                "cap_currency",
                "parties",
                "lat",
                "lon",
                "speed",
            ),
        ),
        search=("title", "place"),
        filters=("state", "kind_of", "country", "series", "first_day"),
        select=("country", "series", "centre", "organiser", "agreement", "programme", "request"),
        children=(
            ("session", "event"),
            ("stop", "event"),
            ("hall", "event"),
            ("askrule", "event"),
            ("pairing", "event"),
            ("eventmoney", "event"),
            ("referee", "event"),
        ),
        template="events/event.html",
        context=of_event,
    ),
    Resource(
        Series,
        "event-series",
        EVENTS,
        columns(Series, "title", "about", long=("about",)),
        form=("title", "about"),
        search=("title",),
        children=(("event", "series"),),
    ),
    Resource(
        Attendee,
        "attendees",
        EVENTS,
        columns(
            Attendee,
            *("family_name", "given_name", "organisation_name", "event", "state", "country", "group", "email"),
            *("offers", "seeks", "topics", "shown", "language", "person", "author", "party"),
            hidden=("email", "offers", "seeks", "topics", "shown", "language", "person", "author", "party"),
            long=("offers", "seeks"),
        ),
        form=(
            *("event", "given_name", "family_name", "email", "organisation_name", "country", "group"),
            *("offers", "seeks", "topics", "shown", "language", "person", "author", "party"),
        ),
        private=PRIVATE,
        search=("given_name", "family_name", "organisation_name"),
        filters=("state", "event", "country", "group"),
        select=("event", "country", "person"),
        children=(("meetingwish", "by", reads("event__")),),
        importing=Importing(
            sure=(),
            likely=("event", "email"),
            when_likely="same",
            words={
                "given_name": ("fornavn", "first name"),
                "family_name": ("efternavn", "last name", "surname"),
                "email": ("e-mail", "mail"),
                "organisation_name": ("organisation", "arbejdsplads", "institution", "company"),
                "country": ("land",),
                "group": ("gruppe",),
                "offers": ("tilbyder",),
                "seeks": ("søger",),
                "topics": ("emner",),
            },
        ),
    ),
    Resource(
        MeetingWish,
        "wishes",
        EVENTS,
        columns(MeetingWish, "by", "whom", "rank"),
        filters=("rank",),
        select=("by", "whom"),
        attach=False,
        menu=False,
    ),
    Resource(
        Contribution,
        "contributions",
        EVENTS,
        columns(
            Contribution,
            *("title", "event", "kind_of", "by", "state", "session", "text"),
            hidden=("text",),
            long=("text",),
        ),
        form=("event", "by", "kind_of", "title", "text"),
        search=("title",),
        filters=("state", "event", "kind_of"),
        select=("event", "by", "session"),
        template="events/contribution.html",
        context=call.of_contribution,
    ),
    Resource(
        Opinion,
        "opinions",
        EVENTS,
        columns(Opinion, "contribution", "referee", "score", "text", long=("text",)),
        filters=("score",),
        select=("contribution", "referee"),
        attach=False,
        menu=False,
    ),
    Resource(
        Plan,
        "meeting-plans",
        EVENTS,
        columns(
            Plan, "event", "number", "state", "again", "created", "trouble", hidden=("trouble",), long=("trouble",)
        ),
        filters=("state", "event"),
        select=("event",),
        template="events/plan.html",
        context=boards.of_plan,
        attach=False,
    ),
    Resource(
        Talk,
        "one-to-ones",
        EVENTS,
        (
            *columns(Talk, "a", "b", "event", "slot", "hall", "table", "state", "locked"),
            Column("outcome", _("what both say"), show=told_outcome, who=reads("event__")),
        ),
        filters=("state", "event", "slot", "locked"),
        select=("a", "b", "event", "hall"),
        template="events/talk.html",
        context=boards.of_talk,
        attach=False,
    ),
    Resource(
        Stop,
        "stops",
        EVENTS,
        (
            *columns(Stop, "host", "event", "day", "party"),
            # on the clock of the place, as its host reads it, wherever the desk is
            Column("at", Stop._meta.get_field("at").verbose_name, show=there, order="at"),
            *columns(
                Stop,
                *("state", "must", "value", "minutes", "opens", "closes"),
                *("place", "host_email", "organisation", "contact", "outcome"),
                hidden=("opens", "closes", "place", "host_email", "organisation", "contact", "outcome"),
                long=("outcome",),
            ),
        ),
        form=(
            *("event", "host", "host_email", "organisation", "contact", "place", "lat", "lon"),
            *("day", "opens", "closes", "minutes", "value", "must", "outcome"),
        ),
        search=("host", "place"),
        filters=("state", "event", "day", "must"),
        select=("event", "organisation", "contact"),
    ),
    *(
        Resource(
            model,
            slug,
            EVENTS,
            columns(model, *names),
            form=form,
            filters=("event",),
            select=select,
            attach=False,
            menu=False,
        )
        for model, slug, names, form, select in (
            (Hall, "event-rooms", ("name", "event", "tables"), ("event", "name", "tables"), ("event",)),
            (
                Session,
                "sessions",
                ("title", "event", "starts", "ends", "place"),
                ("event", "title", "starts", "ends", "place", "speakers"),
                ("event",),
            ),
            (
                EventMoney,
                "event-money",
                ("text", "event", "budget", "amount", "currency", "hours"),
                ("event", "text", "budget", "amount", "currency", "hours"),
                ("event",),
            ),
            (Referee, "contribution-readers", ("person", "event"), ("event", "person"), ("event", "person")),
            (AskRule, "ask-rules", ("asks", "event", "asked"), ("event", "asks", "asked"), ("event",)),
            (
                Pairing,
                "pairings",
                ("a", "event", "b", "kind_of", "reason"),
                ("event", "a", "b", "kind_of", "reason"),
                ("event", "a", "b"),
            ),
        )
    ),
)
