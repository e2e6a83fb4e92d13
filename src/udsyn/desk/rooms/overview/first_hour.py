"""The first hour of somebody new, as steps that tick themselves: each asks what is really there, and stores nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from udsyn.desk.kernel import holding
from udsyn.desk.kernel.models import Proposal
from udsyn.desk.kernel.permissions import ADVISOR, ASSISTANT, ATTACHE, OFFICER, Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.web.middleware import with_cookie
from udsyn.desk.web.requests import HttpRequest

COOKIE = "first_hour"  #: "away" where the reader has put the panel away


@dataclass(frozen=True)
class Step:
    """What to do, with which kind of row, on which page (name and arguments), and which rows show that it is done."""

    label: Any
    kind: str
    page: tuple[str, ...]
    asks: Callable[[Any, Actor], Any]  #: (the rows of that kind, the reader) → such as show it

    @property
    def url(self) -> str:
        return reverse(self.page[0], args=self.page[1:])

    def done(self, actor: Actor) -> Any:
        return self.asks(RESOURCES[self.kind].model.objects.all(), actor)


def there(rows: Any, _actor: Actor) -> Any:
    """Such a row at this desk, whoever made it."""
    return rows


def mine(column: str, *others: Q) -> Callable[[Any, Actor], Any]:
    """Such a row of the reader's own."""
    return lambda rows, actor: rows.filter(*others, **{column: actor.person}) if actor.person else rows.none()


def by_two(_rows: Any, actor: Actor) -> Any:
    """What the reader has proposed, or confirmed of what another one did."""
    return Proposal.objects.filter(Q(proposed_by=actor.user.pk) | Q(decided_by=actor.user.pk))


TAKEN = ~Q(state__in=("received", "declined", "redirected"))
LISTED = Q(state__in=("shortlisted", "introducing", "following", "closed"))

CONTACT = Step(_("Log a contact"), "step", ("log_contact",), mine("by"))
REPORT = Step(_("Write what you know about your country"), "report", ("create", "reports"), mine("author"))
REQUEST = Step(_("Take up a request"), "request", ("list", "requests"), mine("handler", TAKEN))
LIST = Step(_("Send a short list"), "request", ("list", "requests"), mine("handler", LISTED))
MEETING = Step(_("Meet somebody, and keep the contact"), "contact", ("create", "contacts"), mine("keeper"))

OF_AN_OFFICER = (
    Step(_("Take in the agreements that exist, from a spreadsheet"), "agreement", ("take_in", "agreements"), there),
    Step(_("Take in people and organisations"), "organisation", ("take_in", "people"), there),
    Step(_("Open a centre, and say who is posted there"), "posting", ("create", "centres"), there),
    Step(_("Decide something with a second person"), "agreement", ("list", "agreements"), by_two),
    Step(_("Write minutes of a meeting, with what was promised"), "actionpoint", ("list", "meetings"), there),
    Step(_("Decide with a dossier"), "dossier", ("portfolio",), there),
)
#: role → its steps; whoever has several is shown those of the first
HOURS: dict[str, tuple[Step, ...]] = {
    OFFICER: OF_AN_OFFICER,
    ATTACHE: (REQUEST, LIST, CONTACT, MEETING, REPORT),
    ADVISOR: (CONTACT, REPORT),
    ASSISTANT: (CONTACT, MEETING),
}


def hour(request: HttpRequest) -> dict[str, Any]:
    """The steps of the reader with what is done, unless they have put them away; nothing once all are done, and for
    other roles."""
    actor = request.actor
    role = next((role for role in HOURS if role in actor.roles), None)
    if role is None:
        return {}
    if request.COOKIES.get(COOKIE) == "away":
        return {"hour_away": True}
    steps = [step for step in HOURS[role] if step.kind in RESOURCES]
    done = holding.hold([step.done(actor) for step in steps])
    if all(done):
        return {}
    return {"hour": list(zip(steps, done, strict=True)), "hour_done": sum(done)}


@require_POST
def put(request: HttpRequest) -> HttpResponse:
    """Put the panel away, or bring it back."""
    return with_cookie(redirect("home"), COOKIE, "away" if "away" in request.POST else "here")
