"""What waits for me: computed when asked, from sources that the rooms name. Nothing is stored or stale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel import queues
from udsyn.desk.kernel.commands import may_decide
from udsyn.desk.kernel.models import OUTBOX, Message, Proposal
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import rooms


@dataclass(frozen=True)
class Item:
    """Something that waits: what, why it waits for this reader, by when, and where to do it."""

    title: Any
    why: Any
    url: str
    due: date | None = None
    late: bool = False

    @property
    def order(self) -> tuple[bool, date, str]:
        return (not self.late, self.due or date.max, str(self.title))


def second_person(actor: Actor, today: date) -> Iterable[Item]:
    for kind in Proposal.objects.filter(state="open").values_list("kind", flat=True).distinct():
        for proposal in Proposal.objects.on(kind, actor).filter(state="open"):
            row = proposal.parent
            if row is not None and may_decide(proposal, actor, row):
                label = row.lifecycle.transition(proposal.transition).label
                yield Item(f"{label}: {row}", _("waits for a second person"), reverse("decide", args=[proposal.pk]))


def mail(actor: Actor, today: date) -> Iterable[Item]:
    """Drafts to approve; mails that cannot be sent; and those of which nobody knows whether they left."""
    why = {
        "drafted": _("a message waits for approval"),
        "held": _("this message cannot be sent as it is"),
        "sending": _("find out whether this message left, and say so"),
    }
    for message in Message.objects.visible_to(actor).filter(state__in=why):
        if [t for t in OUTBOX.offered(message, actor) if not t.guard(message)]:
            yield Item(message.subject, why[message.state], RESOURCES["message"].url(message))


def waiting(actor: Actor, today: date) -> list[Item]:
    """Everything that waits for the actor, the late first, then by date."""
    sources = (second_person, mail, *(find for room in rooms() for find in room.inbox))
    return sorted(queues.gathered(sources, actor, today), key=lambda item: item.order)
