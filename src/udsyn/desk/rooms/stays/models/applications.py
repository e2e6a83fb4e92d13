"""Applications for stays, and the hosts they wish for with what these answered."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import AUDITS, MINISTRY, Is, Mine, Rule, Through
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.stays.models.agreements import Host, Round
from udsyn.desk.rooms.stays.models.fields import ORCID, check_days, count_field, key_field, person_field
from udsyn.desk.rooms.stays.rules import APPLICANT, ByLink
from udsyn.desk.rooms.stays.states import APPLICATION, WRITABLE


class StayApplication(Row):
    """Somebody who asks for a place. Family and others who come along are counted, never named."""

    lifecycle: ClassVar[Lifecycle | None] = APPLICATION
    rules: ClassVar[dict[str, Rule]] = {
        "view": MINISTRY | AUDITS | Mine("person_id") | ByLink((APPLICANT,)),
        "change": (MINISTRY | Mine("person_id") | ByLink((APPLICANT,))) & Is("state", WRITABLE),
        "create": MINISTRY,
        "private": MINISTRY | AUDITS,
    }
    blanks: ClassVar[dict[str, Any]] = {
        **dict.fromkeys(("couple_with", "nominated_by", "asked", "reason", "travel"), NONE),
        "submitted_on": _("not handed in"),
    }

    state = state_field(APPLICATION)
    round = models.ForeignKey(Round, models.PROTECT, verbose_name=_("round of stays"), related_name="applications")
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    orcid = models.CharField(_("ORCID"), max_length=19, blank=True, validators=[ORCID])
    person = person_field(_("person here"))
    institution = models.CharField(_("institution"), max_length=200)
    country = models.ForeignKey(
        Country, models.PROTECT, verbose_name=_("country"), related_name="+", help_text=_("Of the institution.")
    )
    field = models.CharField(_("field of research"), max_length=120, blank=True)
    project = models.TextField(_("project"), max_length=5000, blank=True)
    doctorate_on = models.DateField(_("doctorate on"), null=True, blank=True)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    adults, children = count_field(_("adults who come along")), count_field(_("children who come along"))
    asked = models.DecimalField(_("money asked for"), max_digits=10, decimal_places=2, null=True, blank=True)
    travel = models.DecimalField(_("of it for the journey"), max_digits=10, decimal_places=2, null=True, blank=True)
    couple_with = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("only together with"), null=True, blank=True, related_name="+"
    )
    nominated_by = models.CharField(_("nominated by"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="en")
    submitted_on = models.DateField(_("handed in"), null=True, editable=False)
    reason = models.TextField(_("why"), blank=True, editable=False)  #: what a person decided about it was told
    key = key_field()

    class Meta:
        ordering = ("round", "name")
        verbose_name = _("application for a stay")
        verbose_name_plural = _("applications for stays")
        constraints = (
            *APPLICATION.constraints("stayapplication"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="stayapplication_ends_after_start"),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        check_days(self)
        if self.couple_with and (self.couple_with == self or self.couple_with.round_id != self.round_id):
            raise ValidationError({"couple_with": _("Choose somebody else of the same round.")})


class Wish(Row):
    """A host that an applicant wishes for, and what the host answered."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": Through("application", StayApplication.rules["view"]),
        "change": Through("application", MINISTRY | Mine("person_id")) & Is("application__state", WRITABLE),
        "create": Through("application", MINISTRY | Mine("person_id")) & Is("application__state", WRITABLE),
    }
    ANSWERS = (("yes", _("would receive")), ("no", _("would not receive")))

    application = models.ForeignKey(
        StayApplication, models.CASCADE, verbose_name=_("application for a stay"), related_name="wishes"
    )
    host = models.ForeignKey(Host, models.PROTECT, verbose_name=_("host"), related_name="wishes")
    place = models.PositiveSmallIntegerField(_("wish number"), default=1)
    answer = models.CharField(_("the host's answer"), max_length=3, choices=ANSWERS, blank=True, editable=False)
    rank = models.PositiveSmallIntegerField(_("the host's rank"), null=True, editable=False)
    statement = models.TextField(_("the host's statement"), max_length=3000, blank=True, editable=False)

    class Meta:
        ordering = ("application", "place")
        verbose_name = _("wish for a host")
        verbose_name_plural = _("wishes for hosts")
        constraints = (
            models.UniqueConstraint(fields=("application", "host"), name="wish_host_once"),
            models.UniqueConstraint(fields=("application", "place"), name="wish_place_once"),
        )

    def __str__(self) -> str:
        return f"{self.place}. {self.host}"

    def clean(self) -> None:
        super().clean()
        if self.host_id and self.application_id and self.host.round_id != self.application.round_id:
            raise ValidationError({"host": _("This host is of another round.")})
