"""What lists of technology offers show, forms ask and exports hold."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Importing, Resource, columns
from udsyn.desk.rooms.service.models import Request
from udsyn.desk.rooms.service.states import OPEN
from udsyn.desk.rooms.technology import offers
from udsyn.desk.rooms.technology.models import Interest, Offer

TECHNOLOGY = _("Technology")
FIELDS = (
    *("kind_of", "title", "text", "country", "looks_for", "classes", "stage", "rights", "patents", "published_on"),
    *("expires", "source", "number", "organisation", "contact", "keeper", "note"),
)
PRIVATE = frozenset({"organisation", "contact", "keeper", "note"})


def answers(row: Offer, actor: Actor) -> dict[str, Any]:
    """What fits it, where it was answered, and in which of the reader's requests it can be."""
    requests = Request.objects.visible_to(actor, "change").filter(state__in=OPEN)
    held = Interest.objects.visible_to(actor).filter(offer=row).select_related("request")
    now = offers.open_offers().filter(pk=row.pk).exists()
    return {
        "fitting": offers.fitting(row) if now else [],
        "interests": held,
        "requests": requests.exclude(pk__in=held.values("request")) if now and actor.staff else [],
    }


LISTS: tuple[Resource, ...] = (
    Resource(
        Offer,
        "technology-offers",
        TECHNOLOGY,
        columns(
            Offer,
            *("title", "kind_of", "country", "state", "stage", "expires", "source", "number", "text", "looks_for"),
            *("classes", "rights", "patents", "published_on", "organisation", "contact", "keeper", "note"),
            hidden=(
                *("number", "text", "looks_for", "classes", "rights", "patents", "published_on", "organisation"),
                *("contact", "keeper", "note"),
            ),
            long=("text", "note"),
        ),
        form=FIELDS,
        private=PRIVATE,
        search=("title", "text", "classes", "number"),
        filters=("kind_of", "state", "country", "stage", "source", "expires"),
        select=("country", "organisation", "keeper"),
        follow=("looks_for",),
        template="technology/offer.html",
        context=answers,
        importing=Importing(
            likely=("source", "number", "title"),
            words={
                "kind_of": ("type", "art"),
                "title": ("titel", "overskrift"),
                "text": ("description", "beskrivelse", "summary"),
                "number": ("reference", "pod", "id", "nummer"),
                "country": ("land",),
                "contact": ("adviser", "rådgiver", "mail", "e-mail"),
                "expires": ("deadline", "udløber", "valid until"),
                "classes": ("cpc", "ipc", "klasser"),
            },
        ),
    ),
    Resource(
        Interest,
        "technology-answers",
        TECHNOLOGY,
        columns(Interest, "offer", "request", "on"),
        select=("offer", "request"),
        filters=("on",),
        attach=False,
    ),
)
