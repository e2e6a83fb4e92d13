"""What waits for me: computed when asked, from sources that the rooms name. Nothing is stored or stale.

What no longer holds although nobody decided it comes first, then what keeps somebody else waiting, then what is late,
then by date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel import batches, holding, queues, work
from udsyn.desk.kernel.commands import may_decide
from udsyn.desk.kernel.keeping import kept, kept_short
from udsyn.desk.kernel.models import OUTBOX, Message, Proposal
from udsyn.desk.kernel.permissions import ADMINISTERS, Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import rooms

#: a source with fewer rows is read whole, so that it need not be counted by a question of its own
WHOLE = 30


@dataclass(frozen=True)
class Item:
    """Something that waits: what, why it waits for this reader, by when, and where to do it.

    `row` is what it is about, `country` where that is, `action` the transition that would settle it, and `blocked`
    who can do nothing until then.
    """

    title: Any
    why: Any
    url: str
    due: date | None = None
    late: bool = False
    row: Any = None
    country: Any = None
    action: str = ""
    blocked: Any = ""
    expired: bool = False  #: it counts as decided, and its day has passed without a decision

    @property
    def order(self) -> tuple[bool, bool, bool, date, str]:
        return (not self.expired, not self.blocked, not self.late, self.due or date.max, str(self.title))

    @property
    def do(self) -> tuple[Any, str] | None:
        """The label and the address of the action."""
        step = self.row.lifecycle.transition(self.action) if self.action else None
        return step and (
            step.label,
            reverse("do", args=[RESOURCES[type(self.row).kind()].slug, self.row.pk, step.name]),
        )


@dataclass(frozen=True)
class Source:
    """Rows that wait for an actor on a day, as a set, and what each says. `due` names the column by which they come.

    A page reads as many rows of each source as it shows. All items of a source are alike in what they block. Its set is
    written once for an actor and a day: it depends on neither the moment, which is `keeping.NOW`, nor what is held.
    """

    rows: Callable[[Actor, date], QuerySet]
    item: Callable[[Any, date], Item]
    due: str = ""


def item(row: Any, why: Any, due: date | None, today: date, **more: Any) -> Item:
    """An item about a row, at the row's own page."""
    url = RESOURCES[type(row).kind()].url(row)
    return Item(str(row), why, url, due, bool(due and due < today), row, **more)


def second_person(actor: Actor, today: date) -> Iterable[Item]:
    for kind in Proposal.objects.filter(state="open").values_list("kind", flat=True).distinct():
        told: set[str] = set()
        for proposal in Proposal.objects.on(kind, actor).filter(state="open").order_by("pk"):
            row = proposal.parent
            if row is None or proposal.batch in told or not may_decide(proposal, actor, row):
                continue
            told |= {proposal.batch} - {""}  # what was proposed together waits as one
            others = batches.together(proposal, actor).count() - 1 if proposal.batch else 0
            title = f"{row.lifecycle.transition(proposal.transition).label}: {row}"
            if others:
                title = gettext("%(first)s, and %(n)s more") % {"first": title, "n": others}
            url = reverse("decide", args=[proposal.pk])
            yield Item(title, _("waits for a second person"), url, row=row, blocked=proposal.proposed_by)


def mail(actor: Actor, today: date) -> Iterable[Item]:
    """Drafts to approve; mails that cannot be sent; and those of which nobody knows whether they left."""
    why = {
        "drafted": _("a message waits for approval"),
        "held": _("this message cannot be sent as it is"),
        "sending": _("find out whether this message left, and say so"),
    }
    for message in messages(actor, *why):
        if [t for t in OUTBOX.offered(message, actor) if not t.guard(message)]:
            yield Item(message.subject, why[message.state], RESOURCES["message"].url(message))


@kept
def messages(actor: Actor, *states: str) -> QuerySet:
    return Message.objects.visible_to(actor).filter(state__in=states)


def failed_work(actor: Actor, today: date) -> Iterable[Item]:
    """What the desk could not do by itself, for administrators."""
    if ADMINISTERS.allows(actor, None):
        for piece in work.failures():
            yield Item(f"{work.name(piece)}: {work.why(piece)}", _("work in the background failed"), reverse("work"))


@dataclass(frozen=True)
class Waiting:
    """A page of what waits, how much waits in all, and how much of that is late: at least so much if `more_late`."""

    items: list[Item]
    count: int
    late: int = 0
    more_late: bool = False

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)


@kept_short
def there(actor: Actor, source: Source, today: date) -> holding.Question | None:
    """Whether a source has anything."""
    return holding.question(source.rows(actor, today))


@kept_short
def number(actor: Actor, source: Source, today: date) -> holding.Question | None:
    return holding.number(source.rows(actor, today))


@kept
def first(actor: Actor, source: Source, today: date, most: int) -> QuerySet:
    by = (F(source.due).asc(nulls_last=True), "pk") if source.due else ("pk",)
    return source.rows(actor, today).order_by(*by)[:most]


def sources(actor: Actor, today: date) -> list[Any]:
    """What there is to ask, without the sets that hold nothing. One that fails is left in: asked, it says why."""
    every = [second_person, mail, failed_work, *(source for room in rooms() for source in room.inbox)]
    questions: dict[Any, holding.Question | None] = {}
    for source in every:
        if isinstance(source, Source):
            with suppress(Exception):
                questions[source] = there(actor, source, today)
    with suppress(Exception):
        held = dict(zip(questions, holding.answers(list(questions.values())), strict=True))
        return [source for source in every if held.get(source, True)]
    return every


def asked(source: Any, actor: Actor, today: date, most: int) -> tuple[list[Item], int]:
    """The first items of one source, and how many it has in all."""
    if not isinstance(source, Source):  # few, and nothing that a filter can say
        found = list(source(actor, today))
        return found, len(found)
    most = max(most, WHOLE)
    found = [source.item(row, today) for row in first(actor, source, today, most)]
    return found, len(found) if len(found) < most else holding.answers([number(actor, source, today)])[0]


def waiting(actor: Actor, today: date, begin: int = 0, most: int = 100) -> Waiting:
    """What waits for the actor: `most` items from the one numbered `begin` (0 is the first)."""
    found: list[Item] = []
    count, more_late = 0, False
    for source in sources(actor, today):
        try:
            items, held = asked(source, actor, today, begin + most)
        except Exception as error:  # what waits elsewhere is shown all the same
            queues.told(f"what waits by {source}", error)
            continue
        found += items
        count += held
        more_late |= held > len(items) and items[-1].late  # the earliest come first: those not read may be late too
    page = nsmallest(begin + most, found, key=lambda item: item.order)[begin:]
    return Waiting(page, count, sum(item.late for item in found), more_late)
