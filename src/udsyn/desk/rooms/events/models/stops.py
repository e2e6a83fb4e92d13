"""Stops of a delegation: whom it visits, how long, when they can, and when it is there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import state_field
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.events.models.events import OfEvent
from udsyn.desk.rooms.events.states import STOP
from udsyn.desk.rooms.parties.models import Organisation, Person


class Stop(OfEvent):
    """A visit to a host. `party` and `at` say which group is there when, once the way is planned."""

    lifecycle: ClassVar[Lifecycle | None] = STOP
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
    outcome = models.TextField(_("what came of it"), max_length=3000, blank=True)

    class Meta:
        ordering = ("event", "day", "party", "at", "pk")
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        constraints = tuple(STOP.constraints("stop"))

    def __str__(self) -> str:
        return self.host

    def clean(self) -> None:
        super().clean()
        if self.opens and self.closes and self.closes < self.opens:
            raise ValidationError({"closes": [_("It lies before the time from which it can begin.")]})
