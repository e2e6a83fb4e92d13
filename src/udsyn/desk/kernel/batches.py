"""One step for many rows: each by itself, so that one which cannot take it stops none of the others, and each is told.

perform(rows, "finish", actor, reason="…")      takes the step with every row, or proposes it to a second person
decide(proposal, second, confirm=True)          the second person's one word for all that was proposed together
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.lifecycle import Transition
from udsyn.desk.kernel.models import Proposal
from udsyn.desk.kernel.permissions import Actor

DONE, WAITS, CANNOT = "done", "waits", "cannot"
WORDS = {
    DONE: gettext_lazy("done"),
    WAITS: gettext_lazy("waits for a second person"),
    CANNOT: gettext_lazy("not done"),
    "confirmed": gettext_lazy("confirmed"),
    "refused": gettext_lazy("refused"),
    "outdated": gettext_lazy("changed since it was proposed"),
}


@dataclass(frozen=True)
class Told:
    """What happened to a row, and the reason where it could not be."""

    row: Any
    what: str  #: of `WORDS`
    why: str = ""

    @property
    def words(self) -> Any:
        return WORDS[self.what]


def offered(model: Any, actor: Actor) -> list[Transition]:
    """Steps that this actor may take with some rows of a kind."""
    steps = model.lifecycle.transitions if model.lifecycle else ()
    return [step for step in steps if step.who.possible(actor)]


def each(rows: Iterable[Any], work: Callable[[Any], str]) -> list[Told]:
    """Do the work with every row in its own transaction."""
    found = []
    for row in rows:
        try:
            with transaction.atomic():
                found.append(Told(row, work(row)))
        except ValidationError as error:
            found.append(Told(row, CANNOT, " ".join(error.messages)))
        except commands.Refused:
            found.append(Told(row, CANNOT, _("You may not do this with it.")))
    return found


def perform(rows: Iterable[Any], name: str, actor: Actor, *, reason: str = "") -> list[Told]:
    """Take a step with every row, or propose it: what is proposed together, one second person decides together."""
    batch = secrets.token_hex(8)

    def take(row: Any) -> str:
        return WAITS if commands.perform(row, name, actor, reason=reason, batch=batch) else DONE

    return each(rows, take)


def together(proposal: Proposal, actor: Actor) -> QuerySet[Proposal]:
    """The open proposals of one batch that the actor sees; one that was made alone is a batch of its own."""
    same = {"batch": proposal.batch} if proposal.batch else {"pk": proposal.pk}
    return Proposal.objects.visible_to(actor).filter(state="open", **same).order_by("pk")


def decide(proposal: Proposal, actor: Actor, *, confirm: bool, reason: str = "") -> list[Told]:
    """Decide all that was proposed together. What this actor may not decide, or cannot be done now, stays open."""
    by_row = {one.parent: one for one in together(proposal, actor)}
    return each(by_row, lambda row: commands.decide(by_row[row], actor, confirm=confirm, reason=reason))
