"""Stops of a delegation: whom it visits, how long, when they can, and when it is there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import state_field
from udsyn.desk.kernel.permissions import Rule
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.events.models.events import OfEvent
from udsyn.desk.rooms.events.models.people import new_key
from udsyn.desk.rooms.events.rules import BY_HOST, organises, reads
from udsyn.desk.rooms.events.states import STOP
from udsyn.desk.rooms.parties.models import Country, Organisation, Person


class Stop(OfEvent):
    """A visit to a host. `party` and `at` say which group is there when, once the way is planned."""

    lifecycle: ClassVar[Lifecycle | None] = STOP
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("event__") | BY_HOST,
        "change": organises("event__") | BY_HOST,
        "create": organises("event__"),
    }
    blanks: ClassVar[dict[str, Any]] = {
        **dict.fromkeys(("host_email", "outcome", "organisation", "contact"), NONE),
        **dict.fromkeys(("party", "at"), _("not planned")),
    }

    state = state_field(STOP)
    host = models.CharField(_("host"), max_length=200)
    host_email = models.EmailField(_("host's e-mail"), blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisation"), null=True, blank=True, related_name="+"
    )
    contact = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("person there"), null=True, blank=True, related_name="+"
    )
    place = models.CharField(_("address"), max_length=200, blank=True)
    lat = models.FloatField(_("latitude"), validators=[MinValueValidator(-90), MaxValueValidator(90)])
    lon = models.FloatField(_("longitude"), validators=[MinValueValidator(-180), MaxValueValidator(180)])
    day = models.DateField(_("day"))
    opens = models.TimeField(_("can begin from"))
    closes = models.TimeField(_("can begin until"))
    minutes = models.PositiveSmallIntegerField(_("minutes there"), default=60, validators=[MaxValueValidator(600)])
    value = models.PositiveSmallIntegerField(
        _("how much it is worth, 1 to 10"), default=5, validators=[MaxValueValidator(10)]
    )
    must = models.BooleanField(_("must be seen"), default=False)
    party = models.PositiveSmallIntegerField(_("group"), null=True, editable=False)
    at = models.DateTimeField(_("when"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)  #: SEQUENCE in calendars
    declined = models.BooleanField(_("declined by the host"), default=False, editable=False)
    outcome = models.TextField(_("what came of it"), max_length=3000, blank=True)
    key = models.CharField(max_length=40, default=new_key, editable=False)  #: of the host's link

    class Meta:
        ordering = ("event", "day", "party", "at", "pk")
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        constraints = tuple(STOP.constraints("stop"))

    def __str__(self) -> str:
        return self.host

    def partners_to_screen(self) -> list[tuple[str, Country | None]]:
        """Who is visited, for the gate of safeguards."""
        return [(self.host, self.event.country)]

    @property
    def email(self) -> str:
        return self.host_email

    @property
    def language(self) -> str:
        """In which the host is written to: English abroad."""
        country = self.event.country
        return "en" if country is not None and country.code != settings.HOME else settings.LANGUAGE_CODE

    @property
    def published(self) -> bool:
        """Whether it has or had a time, so that calendars may hold it."""
        return self.at is not None or self.version > 0

    def clean(self) -> None:
        super().clean()
        if self.opens and self.closes and self.closes < self.opens:
            raise ValidationError({"closes": [_("It lies before the time from which it can begin.")]})
