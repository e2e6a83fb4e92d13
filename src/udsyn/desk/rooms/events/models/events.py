"""An event: what it belongs to, when and where it is, and what may be asked there."""

from __future__ import annotations

import datetime as dt
import secrets
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import Rule
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.cooperation.models import Agreement
from udsyn.desk.rooms.events.hours import Slot, WrongLineError
from udsyn.desk.rooms.events.hours import blocks as blocks_of
from udsyn.desk.rooms.events.hours import slots as slots_of
from udsyn.desk.rooms.events.models.series import Series
from udsyn.desk.rooms.events.rules import organises, reads
from udsyn.desk.rooms.events.states import EVENT, SHOWN
from udsyn.desk.rooms.parties.models import Country, Person
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.programmes.models import Programme
from udsyn.desk.rooms.service.models import Request
from udsyn.desk.tools.written import known_zone, lines


def new_screen_key() -> str:
    return secrets.token_urlsafe(12)


def belonging(model: Any, label: Any) -> models.ForeignKey:
    return models.ForeignKey(model, models.PROTECT, verbose_name=label, null=True, blank=True, related_name="events")


class Event(Row):
    """A workshop, matchmaking day, delegation or committee meeting, from the first list to what came of it."""

    lifecycle: ClassVar[Lifecycle | None] = EVENT
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads(),
        "change": organises(),
        "create": organises(),
        "private": reads(),
    }
    KINDS = (
        ("matchmaking", _("matchmaking day")),
        ("workshop", _("workshop")),
        ("delegation", _("delegation")),
        ("committee", _("committee meeting")),
    )
    blanks: ClassVar[dict[str, Any]] = {
        **dict.fromkeys(
            ("series", "agreement", "centre", "programme", "request", "closes_on", "groups", "country"), NONE
        ),
        **dict.fromkeys(("capacity", "cap"), _("no limit")),
        "contributions_until": _("no call for contributions"),
    }

    state = state_field(EVENT)
    title = I18nCharField(_("title"), max_length=200)
    kind_of = models.CharField(_("kind"), max_length=12, choices=KINDS, default="matchmaking")
    about = I18nTextField(_("what it is about"), blank=True, null=True)
    organiser = models.ForeignKey(Person, models.PROTECT, verbose_name=_("organised by"), related_name="+")
    country = models.ForeignKey(
        Country, models.PROTECT, verbose_name=_("partner country"), null=True, blank=True, related_name="+"
    )
    series = belonging(Series, _("series of events"))
    agreement = belonging(Agreement, _("agreement"))
    centre = belonging(Centre, _("centre"))
    programme = belonging(Programme, _("programme"))
    request = belonging(Request, _("request"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    zone = models.CharField(_("time zone"), max_length=40, default="Europe/Copenhagen", validators=[known_zone])
    hours = models.TextField(
        _("hours"),
        help_text=_("One line for each stretch, such as 2026-12-03 09:00-12:00. Lunch is the time between two lines."),
    )
    first_day = models.DateField(_("first day"), editable=False)
    last_day = models.DateField(_("last day"), editable=False)
    minutes = models.PositiveSmallIntegerField(
        _("minutes of a meeting"), default=20, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    pause = models.PositiveSmallIntegerField(_("minutes between two"), default=5, validators=[MaxValueValidator(120)])
    languages = models.CharField(_("spoken languages"), max_length=80, blank=True)
    public = models.BooleanField(_("has a public page"), default=True)
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, help_text=_("Who comes later stands on the waiting list.")
    )
    closes_on = models.DateField(_("last day of registration"), null=True, blank=True)
    contributions_until = models.DateField(
        _("contributions until"),
        null=True,
        blank=True,
        help_text=_("Until this day participants may propose talks and posters. Without it none are called for."),
    )
    contributions_about = I18nTextField(_("what contributions are called for"), blank=True, null=True)
    cap = models.DecimalField(
        _("may cost at most"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("All lines of its budget together, in the currency that stands beside it."),
    )
    cap_currency = models.CharField(
        _("currency of the limit"), max_length=3, default="DKK", validators=[RegexValidator(r"^[A-Z]{3}$")]
    )
    groups = models.TextField(
        _("groups"), blank=True, help_text=_("One a line, such as: research, firms, funders. Rules name them.")
    )
    most_wishes = models.PositiveSmallIntegerField(
        _("wishes of each"), default=8, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )
    one_of_a_house = models.BooleanField(
        _("only one of an organisation meets the same person"),
        default=True,
    )
    tell_registered = models.BooleanField(_("mail: you are registered"), default=True)
    tell_plan = models.BooleanField(_("mail: your programme, and what changed in it"), default=True)
    tell_after = models.BooleanField(_("mail: did you meet, was it useful"), default=True)
    tell_contributions = models.BooleanField(_("mail: what became of your contribution"), default=True)
    parties = models.PositiveSmallIntegerField(
        _("groups of the delegation"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    lat = models.FloatField(_("latitude of the start"), null=True, blank=True, validators=[MaxValueValidator(90)])
    lon = models.FloatField(_("longitude of the start"), null=True, blank=True, validators=[MaxValueValidator(180)])
    speed = models.PositiveSmallIntegerField(
        _("kilometres an hour between stops"),
        default=25,
        validators=[MinValueValidator(3), MaxValueValidator(300)],
        help_text=_("As the crow flies; in a city 20 to 30."),
    )
    screen_key = models.CharField(max_length=24, default=new_screen_key, editable=False)

    class Meta:
        ordering = ("-first_day", "pk")
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = tuple(EVENT.constraints("event"))

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        super().clean()
        try:
            blocks = blocks_of(self.hours or "", self.zone)
            slots_of(self.hours or "", self.zone, self.minutes or 20, self.pause or 0)
        except WrongLineError as wrong:
            said = _("“%(line)s” cannot be read: write each line later than the one before, as 2026-12-03 09:00-12:00.")
            raise ValidationError({"hours": [said % {"line": wrong}]}) from None
        if not blocks:
            raise ValidationError({"hours": [_("Write at least one line.")]})
        self.first_day, self.last_day = blocks[0][0].date(), blocks[-1][1].date()
        if self.closes_on and self.closes_on > self.last_day:
            raise ValidationError({"closes_on": [_("It lies after the event.")]})
        if self.contributions_until and self.contributions_until > self.last_day:
            raise ValidationError({"contributions_until": [_("It lies after the event.")]})
        if self.cap is not None and self.pk and self.in_other_currencies():
            said = _("Lines of its budget are in another currency: write them in %(currency)s first.")
            raise ValidationError({"cap_currency": [said % {"currency": self.cap_currency}]})

    def in_other_currencies(self) -> bool:
        """Whether a line of its budget names money that cannot be held against the limit."""
        lines = self.eventmoneys.exclude(currency=self.cap_currency)
        return bool(lines.exclude(budget__isnull=True, amount__isnull=True).exists())

    @property
    def slots(self) -> tuple[Slot, ...]:
        return slots_of(self.hours, self.zone, self.minutes, self.pause)

    @property
    def group_names(self) -> list[str]:
        return lines(self.groups)

    @property
    def here(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def takes_registrations(self) -> bool:
        """Whether anybody may register now."""
        today = timezone.localdate()
        last = self.closes_on or self.last_day
        return self.state == "open" and today <= last and self.public

    @property
    def takes_contributions(self) -> bool:
        """Whether a participant may propose a contribution now."""
        last = self.contributions_until
        return self.state in ("open", "closed") and last is not None and timezone.localdate() <= last

    @property
    def is_delegation(self) -> bool:
        return self.kind_of == "delegation"

    @property
    def is_public(self) -> bool:
        return self.public and self.state in SHOWN

    def begun(self, slot: int, now: dt.datetime) -> bool:
        """Whether a slot has begun. One that the hours no longer hold has."""
        return slot > len(self.slots) or self.slots[slot - 1].starts <= now


class OfEvent(Row):
    """Something of an event, written by those who organise it."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("event__"),
        "change": organises("event__"),
        "create": organises("event__"),
    }

    event = models.ForeignKey(Event, models.CASCADE, verbose_name=_("event"), related_name="%(class)ss")

    class Meta:
        abstract = True


class Hall(OfEvent):
    """A room with tables. A slot holds as many meetings as there are tables."""

    name = models.CharField(_("room"), max_length=80)
    tables = models.PositiveSmallIntegerField(
        _("tables"), default=1, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )

    class Meta:
        ordering = ("event", "pk")
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = (models.UniqueConstraint(fields=("event", "name"), name="hall_once"),)

    def __str__(self) -> str:
        return self.name


class Session(OfEvent):
    """A talk, a panel or a tour of the programme. Who speaks in it meets nobody at that time."""

    title = models.CharField(_("title"), max_length=200)
    starts = models.DateTimeField(_("begins"))
    ends = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    speakers = models.ManyToManyField("events.Attendee", verbose_name=_("speak"), blank=True, related_name="sessions")

    class Meta:
        ordering = ("event", "starts")
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = (
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="session_ends_after_start"),
        )

    def __str__(self) -> str:
        return self.title


class AskRule(OfEvent):
    """Who may ask whom. Where an event has no such rule, everybody may ask everybody."""

    asks = models.CharField(_("this group"), max_length=60)
    asked = models.CharField(_("may ask this one"), max_length=60)

    class Meta:
        ordering = ("event", "asks", "asked")
        verbose_name = _("rule of who may ask whom")
        verbose_name_plural = _("rules of who may ask whom")
        constraints = (models.UniqueConstraint(fields=("event", "asks", "asked"), name="askrule_once"),)

    def __str__(self) -> str:
        return f"{self.asks} → {self.asked}"

    def clean(self) -> None:
        super().clean()
        names = self.event.group_names if self.event_id else []
        wrong = {
            name: [_("The event has no such group.")] for name in ("asks", "asked") if getattr(self, name) not in names
        }
        if wrong:
            raise ValidationError(wrong)
