"""Who takes part, whom they want to meet, and whom the organiser wants to meet or not."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import Mine, Rule
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.events.models.events import OfEvent
from udsyn.desk.rooms.events.rules import ByLink, organises, reads
from udsyn.desk.rooms.events.states import PARTICIPANT
from udsyn.desk.rooms.parties.models import Country, Person


def new_key() -> str:
    return secrets.token_urlsafe(18)


class Attendee(OfEvent):
    """Somebody at an event, with or without an account; what they offer and seek, and whether others may see it."""

    lifecycle: ClassVar[Lifecycle | None] = PARTICIPANT
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("event__") | ByLink() | Mine("person_id"),
        "change": organises("event__") | ByLink(),
        "create": organises("event__"),
        "private": reads("event__") | ByLink() | Mine("person_id"),
    }
    blanks: ClassVar[dict[str, Any]] = dict.fromkeys(("person", "group", "author", "party"), NONE)

    state = state_field(PARTICIPANT)
    given_name = models.CharField(_("given name"), max_length=100)
    family_name = models.CharField(_("family name"), max_length=100)
    email = models.EmailField(_("e-mail"))
    organisation_name = models.CharField(_("organisation"), max_length=200, blank=True)
    country = models.ForeignKey(
        Country, models.PROTECT, verbose_name=_("country"), null=True, blank=True, related_name="+"
    )
    group = models.CharField(_("group"), max_length=60, blank=True)
    offers = models.TextField(_("I offer"), max_length=1000, blank=True)
    seeks = models.TextField(_("I look for"), max_length=1000, blank=True)
    topics = models.CharField(_("topics"), max_length=300, blank=True, help_text=_("With commas between them."))
    shown = models.BooleanField(
        _("the other participants may see my name, organisation and profile"),
        default=False,
        help_text=_("Without it nobody finds you to meet; you can still ask others."),
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="da")
    person = models.ForeignKey(
        Person, models.SET_NULL, verbose_name=_("person in the desk"), null=True, blank=True, related_name="+"
    )
    author = models.CharField(_("author in the record"), max_length=20, blank=True)
    party = models.PositiveSmallIntegerField(
        _("group of the delegation"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Whose stops stand in their programme; without one all do."),
    )
    away = models.JSONField(_("slots in which they are away"), default=list, blank=True, editable=False)
    asked_after = models.PositiveSmallIntegerField(_("asked what came of it, months after"), default=0, editable=False)
    key = models.CharField(max_length=40, default=new_key, editable=False)  #: of the link; another ends the one before

    class Meta:
        ordering = ("event", "family_name", "given_name", "pk")
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = (
            models.UniqueConstraint(
                fields=("event", "email"), name="attendee_once", violation_error_message=_("Is registered already.")
            ),
            *PARTICIPANT.constraints("attendee"),
        )

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"

    def partners_to_screen(self) -> list[tuple[str, Country | None]]:
        """Where they come from, for the gate of safeguards; a person is never asked about by name."""
        return [(self.organisation_name, self.country)] if self.organisation_name else []

    @property
    def label(self) -> str:
        """Name and organisation, as others read it."""
        return ", ".join(filter(None, (str(self), self.organisation_name)))

    @property
    def house(self) -> str:
        """By what two people are of one organisation."""
        return " ".join(self.organisation_name.casefold().split())

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()
        if self.group and self.event_id and self.group not in self.event.group_names:
            raise ValidationError({"group": [_("The event has no such group.")]})
        if self.party and self.event_id and self.party > self.event.parties:
            raise ValidationError({"party": [_("The event has no such group.")]})


class MeetingWish(Row):
    """Whom a participant wants to meet, the most wanted first. Only the wisher and the organisers see it."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("by__event__") | ByLink("by_id"),
        "change": organises("by__event__") | ByLink("by_id"),
        "create": organises("by__event__") | ByLink("by_id"),
    }

    by = models.ForeignKey(Attendee, models.CASCADE, verbose_name=_("who"), related_name="wishes")
    whom = models.ForeignKey(Attendee, models.CASCADE, verbose_name=_("wants to meet"), related_name="wished_by")
    rank = models.PositiveSmallIntegerField(_("rank"), default=1, validators=[MinValueValidator(1)])

    class Meta:
        ordering = ("by", "rank")
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        constraints = (
            models.UniqueConstraint(fields=("by", "whom"), name="meetingwish_once"),
            models.CheckConstraint(condition=~Q(by=models.F("whom")), name="meetingwish_of_another"),
        )

    def __str__(self) -> str:
        return f"{self.by} → {self.whom}"

    def clean(self) -> None:
        super().clean()
        if self.by_id and self.whom_id and self.by.event_id != self.whom.event_id:
            raise ValidationError({"whom": [_("Takes part in another event.")]})


class Pairing(OfEvent):
    """What the organiser says of two people: they must meet, or must not."""

    KINDS = (("must", _("must meet")), ("never", _("must not meet")))

    a = models.ForeignKey(Attendee, models.CASCADE, verbose_name=_("who"), related_name="+")
    b = models.ForeignKey(Attendee, models.CASCADE, verbose_name=_("and who"), related_name="+")
    kind_of = models.CharField(_("what"), max_length=5, choices=KINDS, default="must")
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ("event", "pk")
        verbose_name = _("word of the organiser on two people")
        verbose_name_plural = _("words of the organiser on two people")
        constraints = (models.CheckConstraint(condition=~Q(a=models.F("b")), name="pairing_of_two"),)

    def __str__(self) -> str:
        return f"{self.a} – {self.b}: {self.get_kind_of_display()}"

    def clean(self) -> None:
        super().clean()
        for name in ("a", "b"):
            if self.event_id and getattr(self, f"{name}_id") and getattr(self, name).event_id != self.event_id:
                raise ValidationError({name: [_("Takes part in another event.")]})
