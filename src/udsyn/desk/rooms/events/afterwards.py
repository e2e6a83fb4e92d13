"""After the event: both say whether they met, what follows from it, and the ties that it made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.commands import Refused
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.ties import CANCELLED, MADE, End, Said
from udsyn.desk.rooms.cooperation.models import ActionPoint
from udsyn.desk.rooms.events.models import Attendee, Event, Stop, Talk
from udsyn.desk.rooms.service import commands as service
from udsyn.desk.rooms.service.models import Candidate, Introduction, Request

#: the rating of a tie, from how useful both found it (1 to 4)
MOST_USEFUL = 4


def may_tick(talk: Talk) -> Any:
    if talk.state != "planned":
        return _("It was cancelled.")
    if not talk.event.begun(talk.slot, timezone.now()):
        return _("It has not begun.")
    return None


@transaction.atomic
def tick(talk: Talk, participant: Attendee, met: bool, useful: int | None, more: bool, actor: Actor) -> None:
    """What one of the two says of a meeting. What the other says stays as it is: a disagreement is kept as one."""
    talk = Talk.objects.select_for_update(of=("self",)).select_related("event").get(pk=talk.pk)
    if participant.pk not in (talk.a_id, talk.b_id):
        raise Refused()
    if against := may_tick(talk):
        raise ValidationError(against)
    if useful is not None and useful not in dict(Talk.USEFUL):
        raise ValidationError(_("Choose one of the answers."))
    stored, side = Talk.objects.get(pk=talk.pk), talk.side(participant.pk)
    setattr(talk, f"{side}_met", met)
    setattr(talk, f"{side}_useful", useful if met else None)
    setattr(talk, f"{side}_more", more and met)
    kernel.write(talk, actor, "change", stored)


# What follows --------------------------------------------------------------------------------------------------------


def may_become(talk: Talk) -> Any:
    if talk.became:
        return _("Something was made of it already.")
    if not (talk.a_more or talk.b_more):
        return _("Neither of the two asked for it.")
    return None


def sides(talk: Talk) -> tuple[Attendee, Attendee]:
    """Who asks and who is asked: the one from home first, else the one who wants to go on."""
    a, b = talk.a, talk.b
    home = [one.country is not None and one.country.code == settings.HOME for one in (a, b)]
    if home[0] != home[1]:
        return (a, b) if home[0] else (b, a)
    return (a, b) if talk.a_more else (b, a)


@transaction.atomic
def introduce(talk: Talk, actor: Actor) -> Introduction:
    """Make an introduction of it at the event's centre. It goes the way of all introductions: its gates stay shut or
    open as they are, and the other side is asked."""
    talk = (
        Talk.objects.select_for_update(of=("self",))
        .select_related("event__centre", "a__country", "b__country")
        .get(pk=talk.pk)
    )
    event = talk.event
    if against := may_become(talk):
        raise ValidationError(against)
    if event.centre is None:
        raise ValidationError(_("The event belongs to no centre that could introduce them."))
    client, other = sides(talk)
    said = _("Met at %(event)s, and wants to go on.") % {"event": event}
    request = Request(
        centre=event.centre,
        name=str(client),
        email=client.email,
        organisation_name=client.organisation_name,
        person=client.person,
        country=other.country,
        text=f"{said}\n{client.seeks}".strip(),
        need=client.seeks,
        language=client.language,
    )
    service.type_in(request, actor, note=said, how="event")
    candidate = Candidate(
        request=request,
        name=str(other),
        email=other.email,
        institution=other.organisation_name,
        country=other.country,
        person=other.person,
        author=other.author,
        reasons=[said],
        state="chosen",
    )
    if against := service.may_be_proposed(candidate):
        raise ValidationError(against)
    candidate.full_clean()
    kernel.write(candidate, actor, "create", None, reason=said)
    introduction = Introduction(candidate=candidate, client_yes_at=timezone.now())
    introduction.full_clean()
    kernel.write(introduction, actor, "create", None, reason=said)
    note_became(talk, actor, introduction)
    return introduction


@transaction.atomic
def promise(talk: Talk, actor: Actor) -> ActionPoint:
    """Make a task of it, under the event's agreement, for its organiser."""
    talk = Talk.objects.select_for_update(of=("self",)).select_related("event__agreement", "a", "b").get(pk=talk.pk)
    if against := may_become(talk):
        raise ValidationError(against)
    if talk.event.agreement is None:
        raise ValidationError(_("The event belongs to no agreement under which it could be promised."))
    text = _("Help %(two)s to go on after %(event)s") % {"two": talk, "event": talk.event}
    row = ActionPoint(agreement=talk.event.agreement, text=text[:300], owner=talk.event.organiser)
    kernel.save(row, actor)
    note_became(talk, actor, row)
    return row


def note_became(talk: Talk, actor: Actor, row: Any) -> None:
    stored = Talk.objects.get(pk=talk.pk)
    if not actor.can("change", stored):
        raise Refused()
    talk.became = f"{type(row).kind()}:{row.pk}"
    kernel.write(talk, actor, "change", stored, reason=str(row))


# The ledger of ties --------------------------------------------------------------------------------------------------


def ties() -> Iterator[Said]:
    """Meetings that both say were held, or that only one has spoken of and calls held; and visited stops."""
    now = timezone.now()
    rows = Talk.objects.select_related("event", "a__country", "a__person", "b__country", "b__person")
    for talk in rows.filter(event__state__in=("open", "closed", "held")):
        if not talk.event.begun(talk.slot, now) or talk.outcome == "disputed":
            continue
        held = talk.state == "planned" and (talk.a_met or talk.b_met)
        if not held and talk.state == "planned" and not talk.outcome:
            continue  # nobody has said anything
        day = talk.event.slots[min(talk.slot, len(talk.event.slots)) - 1].starts.date()
        status = MADE if held else CANCELLED
        yield Said(talk, "meeting", day, end(talk.a), end(talk.b), status=status, rating=rating(talk) if held else None)
    for stop in Stop.objects.filter(state="visited").select_related(
        "event__organiser", "event__country", "organisation__country", "contact"
    ):
        yield Said(stop, "delegation", stop.day, end_of(stop.event), host(stop))


def rating(talk: Talk) -> float | None:
    """How useful both found it, as a share of the most."""
    said = [one for one in (talk.a_useful, talk.b_useful) if one]
    return sum(said) / len(said) / MOST_USEFUL if said else None


def end(one: Attendee) -> End:
    return End(
        name=str(one),
        role="participant",
        country=one.country.code if one.country else "",
        author=one.author,
        orcid=one.person.orcid if one.person else "",
        row=f"person:{one.person_id}" if one.person_id else "",
    )


def end_of(event: Event) -> End:
    who = event.organiser
    return End(name=str(who), role="delegation", country=settings.HOME, orcid=who.orcid, row=f"person:{who.pk}")


def host(stop: Stop) -> End:
    land = (stop.organisation.country if stop.organisation else None) or stop.event.country
    country = land.code if land else ""
    if stop.contact:
        return End(str(stop.contact), "host", country, orcid=stop.contact.orcid, row=f"person:{stop.contact_id}")
    return End(stop.host, "host", country)
