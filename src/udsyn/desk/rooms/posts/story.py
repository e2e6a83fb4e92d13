"""What centres and postings add to the story of a partner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import Moment
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.posts.models import Centre


@kept
def centres(actor: Actor, *, given: int) -> Any:
    return Centre.objects.visible_to(actor).filter(country=given)


@kept
def postings(actor: Actor, *, given: int) -> Any:
    return RESOURCES["posting"].rows(actor).filter(post__country=given).exclude(starts=None)


def of_partner(country: Country, actor: Actor) -> Iterator[Moment]:
    """Centres opened and closed, and when somebody's posting began."""
    for centre in centres(actor, given=country.pk):
        url = reverse("detail", args=["centres", centre.pk])
        if centre.opened:
            yield Moment(centre.opened, _("centre opened"), str(centre), url)
        if centre.closed:
            yield Moment(centre.closed, _("centre closed"), str(centre), url)
    for posting in postings(actor, given=country.pk):
        yield Moment(posting.starts, _("posting began"), str(posting), RESOURCES["posting"].url(posting))
