"""What waits for a colleague: finds that nobody has confirmed, and ties of before whose sides are in doubt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from udsyn.desk.kernel.finds import Find
from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.outcomes import sets
from udsyn.desk.rooms.outcomes.models import EarlierTie
from udsyn.desk.rooms.service.models import Outcome
from udsyn.desk.web import inbox


def waiting(actor: Actor, today: dt.date) -> Iterable[inbox.Item]:
    """One item for all finds and one for all doubts, each gone through on a page; one query asks for both."""
    if not actor.staff:
        return
    numbers = dict(how_many(actor))
    if n := numbers.get("finds"):
        title = ngettext("%(n)s find", "%(n)s finds", n) % {"n": n}
        yield inbox.Item(title, _("found in the record, not confirmed"), reverse("outcomes"))
    if n := numbers.get("reported"):
        title = ngettext("%(n)s outcome", "%(n)s outcomes", n) % {"n": n}
        yield inbox.Item(
            title, _("an outcome waits to be confirmed"), f"{RESOURCES['outcome'].list_url}?state=reported"
        )
    if n := numbers.get("doubts"):
        title = ngettext("%(n)s tie of before", "%(n)s ties of before", n) % {"n": n}
        yield inbox.Item(
            title, _("say who is meant in the record"), f"{RESOURCES['earliertie'].list_url}?doubts_from=1"
        )


@kept
def how_many(actor: Actor) -> Any:
    finds = Find.objects.visible_to(actor).filter(sets.WAITS)
    reported = Outcome.objects.visible_to(actor, "change").filter(state="reported", request__isnull=True)
    doubts = EarlierTie.objects.visible_to(actor, "change").filter(doubts__gt=0)
    return counted(finds, "finds").union(counted(doubts, "doubts"), counted(reported, "reported"))


def counted(rows: Any, name: str) -> Any:
    """The number of rows, under a name; no row where there are none."""
    return rows.order_by().annotate(of=Value(name)).values("of").annotate(n=Count("pk")).values_list("of", "n")


INBOX = (waiting,)
