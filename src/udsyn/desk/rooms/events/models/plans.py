"""Plans as the solver gave them, and the one-to-one meetings that the adopted one made."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import state_field
from udsyn.desk.kernel.permissions import Nobody, Rule
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.events.models.events import Hall, OfEvent
from udsyn.desk.rooms.events.models.people import Attendee
from udsyn.desk.rooms.events.rules import ByLink, organises, reads
from udsyn.desk.rooms.events.states import PLAN, TALK


class Plan(OfEvent):
    """One run of the solver, never changed once it is made. `made` holds the meetings as pairs of participants.

    `again` says that it keeps what stands and moves as few meetings as possible.
    """

    lifecycle: ClassVar[Lifecycle | None] = PLAN
    rules: ClassVar[dict[str, Rule]] = OfEvent.rules | {"change": Nobody()}
    blanks: ClassVar[dict[str, Any]] = {"trouble": NONE}

    state = state_field(PLAN)
    number = models.PositiveIntegerField(_("number"), default=1, editable=False)
    again = models.BooleanField(_("keeps what stands"), default=False, editable=False)
    seconds = models.PositiveSmallIntegerField(_("seconds to compute at most"), default=60, editable=False)
    result = models.JSONField(default=dict, editable=False)  #: status, breaks, bound, goals, seconds, moved, added ...
    made = models.JSONField(default=dict, editable=False)  #: "12-17" → slot
    unmet = models.JSONField(default=list, editable=False)  #: [by, whom, code, what it names] of each wish left out
    seal = models.CharField(max_length=64, blank=True, editable=False)  #: of what was asked, to tell whether it is old
    trouble = models.TextField(_("why there is none"), blank=True, editable=False)

    class Meta:
        ordering = ("event", "-number")
        verbose_name = _("plan of meetings")
        verbose_name_plural = _("plans of meetings")
        constraints = (
            models.UniqueConstraint(fields=("event", "number"), name="plan_number_once"),
            *PLAN.constraints("plan"),
        )

    def __str__(self) -> str:
        return f"{self.event} – {self.number}"

    @property
    def proven(self) -> bool:
        return bool(self.result.get("status") == "optimal")


class Talk(OfEvent):
    """Two participants at a table. A pair has one at most: a new plan moves it, so that calendars change in place."""

    lifecycle: ClassVar[Lifecycle | None] = TALK
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("event__") | ByLink("a_id") | ByLink("b_id"),
        "change": organises("event__"),
        "private": reads("event__"),
    }
    USEFUL = ((1, _("not useful")), (2, _("a little")), (3, _("useful")), (4, _("very useful")))

    state = state_field(TALK)
    a = models.ForeignKey(Attendee, models.CASCADE, verbose_name=_("who"), related_name="talks_as_a")
    b = models.ForeignKey(Attendee, models.CASCADE, verbose_name=_("with whom"), related_name="talks_as_b")
    slot = models.PositiveSmallIntegerField(_("slot"))
    hall = models.ForeignKey(Hall, models.PROTECT, verbose_name=_("room"), related_name="talks")
    table = models.PositiveSmallIntegerField(_("table"))
    locked = models.BooleanField(_("stays where it is"), default=False)
    version = models.PositiveIntegerField(default=0, editable=False)  #: SEQUENCE in calendars
    a_met = models.BooleanField(_("the first says they met"), null=True, editable=False)
    b_met = models.BooleanField(_("the second says they met"), null=True, editable=False)
    a_useful = models.PositiveSmallIntegerField(_("to the first"), null=True, choices=USEFUL, editable=False)
    b_useful = models.PositiveSmallIntegerField(_("to the second"), null=True, choices=USEFUL, editable=False)
    a_more = models.BooleanField(_("the first wants to go on"), default=False, editable=False)
    b_more = models.BooleanField(_("the second wants to go on"), default=False, editable=False)
    became = models.CharField(_("became"), max_length=40, blank=True, editable=False)  #: introduction:12

    class Meta:
        ordering = ("event", "slot", "hall", "table")
        verbose_name = _("one-to-one meeting")
        verbose_name_plural = _("one-to-one meetings")
        constraints = (
            models.UniqueConstraint(fields=("event", "a", "b"), name="talk_once"),
            models.CheckConstraint(condition=Q(a__lt=models.F("b")), name="talk_in_order"),
            *TALK.constraints("talk"),
        )

    def __str__(self) -> str:
        return f"{self.a} – {self.b}"

    @property
    def pair(self) -> str:
        return f"{self.a_id}-{self.b_id}"

    def side(self, participant: int) -> str:
        """Which of the two: `a` or `b`."""
        return "a" if participant == self.a_id else "b"

    def other(self, participant: int) -> Attendee:
        found: Attendee = self.b if participant == self.a_id else self.a
        return found

    @property
    def outcome(self) -> str:
        """What both say: met, not_met, disputed; one where only one has said anything; empty where nobody has."""
        said = {self.a_met, self.b_met}
        if said == {None}:
            return ""
        if None in said:
            return "one"
        return "disputed" if len(said) == 2 else "met" if said == {True} else "not_met"

    def clean(self) -> None:
        super().clean()
        if self.hall_id and self.table and not 1 <= self.table <= self.hall.tables:
            raise ValidationError({"table": [_("This room has no such table.")]})
