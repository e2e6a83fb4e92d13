"""What this room says to dossiers: a centre's posts, that its cost is not held here, and what can be decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel.dossiers import DONE, Cost, Judged, Line, Says, Subject
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.parties.models import Interval
from udsyn.desk.rooms.posts.models import Centre, Post, Posting

OPTIONS = (
    gettext_lazy("Keep the centre as it is."),
    gettext_lazy("Keep it with other fields, posts or countries."),
    gettext_lazy("Close it, and say who takes over its contacts."),
)


def known(row: Centre, today: dt.date) -> Iterator[Line]:
    """Its posts, and how many of them somebody is known to hold."""
    posts = Post.objects.filter(Interval.on(today), centre=row)
    held = Posting.objects.filter(Interval.on(today), post__in=posts).values("post").distinct().count()
    words = _("%(part)s of %(whole)s with a known holder") % {"part": held, "whole": posts.count()}
    yield Line(DONE, _("posts today"), posts.count(), words, f"{RESOURCES['post'].list_url}?centre={row.pk}")


def costs() -> Iterator[Cost]:
    """What a centre costs is in no column here: it is said as not known."""
    for pk, opened, country in Centre.objects.values_list("pk", "opened", "country__code"):
        yield Cost("centre", "centre", pk, opened, country)


SAYS = Says(
    subjects=(
        Subject(
            "centre",
            lambda row: "introduction",
            lambda row: OPTIONS,
            joint=Judged("centre_effect", lambda row: row.country.code, lambda row: row.opened),
        ),
    ),
    knows=(("centre", known),),
    costs=costs,
)
