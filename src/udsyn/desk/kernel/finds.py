"""What the record says came of a tie: works, grants, projects and patents, each found once.

The record finds, people confirm or strike. What a person struck stays struck and what they confirmed stays so, however
often the record says it again; what the record no longer says is marked as gone, unless somebody confirmed it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.models import Attached, RowQuerySet
from udsyn.desk.kernel.permissions import Rule
from udsyn.desk.kernel.ties import GONE, SEEN, SURENESS, Tie

FOUND, CONFIRMED, STRUCK = "found", "confirmed", "struck"
STATES = (
    (FOUND, _("found in the record")),
    (CONFIRMED, _("confirmed")),
    (STRUCK, _("struck")),
    (GONE, _("no longer in the record")),
)
KINDS = (("work", _("publication")), ("grant", _("grant")), ("project", _("project")), ("patent", _("patent")))
EVIDENCE = (
    ("both", _("both are on it")),
    ("acknowledged", _("it names the grant")),
    ("cites", _("one cites the other")),
    ("on a joint work", _("a joint publication names it")),
)


@dataclass(frozen=True)
class Seen:
    """One thing that the record holds of a tie."""

    what: str
    ident: str
    day: Any
    evidence: str
    sure: str
    title: str = ""


class Find(Attached):
    """A work, grant or project of a tie. Seen by those who see the row that made the tie."""

    rules: ClassVar[dict[str, Rule]] = {"view": SEEN}
    objects = RowQuerySet.as_manager()

    tie = models.ForeignKey(Tie, models.CASCADE, related_name="finds")
    what = models.CharField(_("kind"), max_length=10, choices=KINDS)
    ident = models.CharField(_("number"), max_length=120)
    title = models.CharField(_("title"), max_length=300, blank=True)
    day = models.DateField(_("date"))
    evidence = models.CharField(_("evidence"), max_length=20, choices=EVIDENCE)
    sure = models.CharField(_("how sure"), max_length=8, choices=SURENESS)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=FOUND, db_index=True)
    said_by = models.CharField(_("said by"), max_length=200, blank=True)
    said_at = models.DateTimeField(_("said"), null=True)

    class Meta:
        app_label = "core"
        ordering = ("-day", "pk")
        verbose_name = _("find")
        verbose_name_plural = _("finds")
        indexes = (models.Index(fields=("said_at",), name="find_said"),)
        constraints = (
            models.UniqueConstraint(fields=("tie", "what", "ident"), name="find_once"),
            models.CheckConstraint(condition=Q(state__in=[code for code, _label in STATES]), name="find_state_known"),
        )

    def __str__(self) -> str:
        return self.title or self.ident

    @property
    def address(self) -> str:
        """Where a work can be read about; empty for what has no page of its own."""
        return f"https://openalex.org/{self.ident}" if self.what == "work" else ""


def store(tie: Tie, seen: Iterable[Seen], whole: bool) -> int:
    """Write what the record holds of a tie; returns how many are new. whole: nothing was left unread, so that what is
    not seen any more is gone. What was seen in several ways stands by the strongest, the first of `EVIDENCE`."""
    held = {(find.what, find.ident): find for find in tie.finds.all()}
    strength = [code for code, _label in EVIDENCE]
    weakest_first = sorted(seen, key=lambda one: strength.index(one.evidence), reverse=True)
    told = {(one.what, one.ident): one for one in weakest_first}
    new = [
        Find(tie=tie, kind=tie.kind, object_id=tie.object_id, **asdict(told[key])) for key in told.keys() - held.keys()
    ]
    Find.objects.bulk_create(sorted(new, key=lambda find: (find.what, find.ident)), batch_size=50)
    for key in told.keys() & held.keys():
        find, values = held[key], asdict(told[key])
        values |= {"state": FOUND} if find.state == GONE else {}
        if any(getattr(find, name) != value for name, value in values.items()):
            Find.objects.filter(pk=find.pk).update(**values)
    if whole:
        left = [held[key].pk for key in held.keys() - told.keys() if held[key].state == FOUND]
        Find.objects.filter(pk__in=left).update(state=GONE)
    return len(new)


def say(find: Find, state: str, who: str) -> None:
    """Somebody confirms or strikes it, or takes that back (`FOUND`)."""
    Find.objects.filter(pk=find.pk).exclude(state=GONE).update(state=state, said_by=who[:200], said_at=timezone.now())
