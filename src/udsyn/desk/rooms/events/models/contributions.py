"""What people propose to an event's programme, who reads it, and what they make of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import Is, Mine, Rule, Tells
from udsyn.desk.rooms.events.models.events import OfEvent, Session
from udsyn.desk.rooms.events.models.people import Attendee
from udsyn.desk.rooms.events.rules import ByLink, organises, reads
from udsyn.desk.rooms.events.states import CONTRIBUTION
from udsyn.desk.rooms.parties.models import Person

READS_CALL = Tells("person_id", model="events.Referee", link="event_id", about="event_id")


class Referee(OfEvent):
    """A colleague or a person from outside with an account who reads what is proposed to an event."""

    rules: ClassVar[dict[str, Rule]] = OfEvent.rules | {"view": reads("event__") | Mine("person_id")}

    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("person"), related_name="+")

    class Meta:
        ordering = ("event", "pk")
        verbose_name = _("reader of contributions")
        verbose_name_plural = _("readers of contributions")
        constraints = (models.UniqueConstraint(fields=("event", "person"), name="referee_once"),)

    def __str__(self) -> str:
        return str(self.person)


class Contribution(OfEvent):
    """A talk, a poster or the like that a participant proposes. Accepted, it is put into a session by the organiser."""

    lifecycle: ClassVar[Lifecycle | None] = CONTRIBUTION
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("event__") | ByLink("by_id") | Mine("by__person_id") | READS_CALL,
        "change": organises("event__") | (ByLink("by_id") & Is("state", ("handed_in",))),
        "create": organises("event__") | ByLink("by_id"),
    }
    KINDS = (
        ("talk", _("talk")),
        ("poster", _("poster")),
        ("panel", _("panel debate")),
        ("workshop", _("working session")),
    )
    blanks: ClassVar[dict[str, Any]] = {"session": _("not in the programme yet")}

    state = state_field(CONTRIBUTION)
    by = models.ForeignKey(Attendee, models.CASCADE, verbose_name=_("proposed by"), related_name="contributions")
    kind_of = models.CharField(_("kind"), max_length=8, choices=KINDS, default="talk")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what it is about"), max_length=5000)
    session = models.ForeignKey(
        Session,
        models.SET_NULL,
        verbose_name=_("session"),
        null=True,
        blank=True,
        editable=False,
        related_name="contributions",
    )

    class Meta:
        ordering = ("event", "pk")
        verbose_name = _("contribution to an event")
        verbose_name_plural = _("contributions to events")
        constraints = tuple(CONTRIBUTION.constraints("contribution"))

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.by_id and self.event_id and self.by.event_id != self.event_id:
            raise ValidationError({"by": [_("Takes part in another event.")]})


class Opinion(Row):
    """What one reader makes of one contribution. Who proposed it does not see it; readers see their own."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": (reads("contribution__event__") | Mine("referee__person_id")).but_not(
            Mine("contribution__by__person_id")
        ),
        "change": Mine("referee__person_id") & Is("contribution__state", ("handed_in",)),
        "create": Mine("referee__person_id") & Is("contribution__state", ("handed_in",)),
    }
    SCORES = (
        (1, _("does not belong here")),
        (2, _("weak")),
        (3, _("sound")),
        (4, _("good")),
        (5, _("must be there")),
    )

    contribution = models.ForeignKey(
        Contribution, models.CASCADE, verbose_name=_("contribution"), related_name="opinions"
    )
    referee = models.ForeignKey(Referee, models.CASCADE, verbose_name=_("reader"), related_name="opinions")
    score = models.PositiveSmallIntegerField(_("judgement"), choices=SCORES)
    text = models.TextField(_("why"), max_length=2000)

    class Meta:
        ordering = ("contribution", "pk")
        verbose_name = _("opinion on a contribution")
        verbose_name_plural = _("opinions on contributions")
        constraints = (models.UniqueConstraint(fields=("contribution", "referee"), name="opinion_once"),)

    def __str__(self) -> str:
        return f"{self.contribution}: {self.get_score_display()}"
