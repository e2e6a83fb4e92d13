"""Ties of before Udsyn, as somebody's spreadsheet has them, and who the record says their sides are."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.models import Row
from udsyn.desk.kernel.permissions import ABROAD, MINISTRY, READS_ALL, Rule, Serves
from udsyn.desk.kernel.ties import CANCELLED, INSTRUMENTS, MADE, REFUSED, STATUSES
from udsyn.desk.rooms.parties.models import Country, Person

#: what can have made a tie before Udsyn
MADE_BY = ("agreement", "grant", "application", "stay", "meeting", "introduction", "delegation", "other")
BECAME = tuple((code, label) for code, label in STATUSES if code in (MADE, REFUSED, CANCELLED))
SIDES = {"a": _("home"), "b": _("partner")}
SERVED = Serves(ABROAD, "country", "a_country__code") | Serves(ABROAD, "country", "b_country__code")


def labelled(side: str, what: Any) -> Any:
    """The label of one side's column."""
    return format_lazy("{side}: {what}", side=SIDES[side], what=what)


def text(side: str, what: Any, length: int = 200, pattern: str = "") -> models.CharField:
    checks = [RegexValidator(pattern)] if pattern else []
    return models.CharField(labelled(side, what), max_length=length, blank=True, validators=checks)


def link(side: str, what: Any, model: Any) -> models.ForeignKey:
    return models.ForeignKey(
        model, models.PROTECT, verbose_name=labelled(side, what), null=True, blank=True, related_name="+"
    )


def agrees(side: str) -> models.BooleanField:
    return models.BooleanField(labelled(side, _("agrees to be followed")), null=True, blank=True)


class EarlierTie(Row):
    """A pair that something brought together before Udsyn: two people, or two organisations where no name is known."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": READS_ALL | SERVED,
        "change": MINISTRY | SERVED,
        "create": MINISTRY | SERVED,
    }

    instrument = models.CharField(
        _("instrument"), max_length=12, choices=[(code, INSTRUMENTS[code]) for code in MADE_BY], default="other"
    )
    date = models.DateField(_("date"))
    status = models.CharField(_("status"), max_length=10, choices=BECAME, default=MADE)
    a_name, b_name = text("a", _("name")), text("b", _("name"))
    a_organisation, b_organisation = text("a", _("organisation"), 250), text("b", _("organisation"), 250)
    a_country, b_country = link("a", _("country"), Country), link("b", _("country"), Country)
    a_role, b_role = text("a", _("role"), 40), text("b", _("role"), 40)
    a_person, b_person = link("a", _("person here"), Person), link("b", _("person here"), Person)
    a_author, b_author = (text(side, _("author in the record"), 20, r"^A\d{1,18}$") for side in "ab")
    a_orcid, b_orcid = (text(side, _("ORCID"), 19, r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$") for side in "ab")
    a_ror, b_ror = (text(side, _("ROR id"), 9, r"^0[a-z0-9]{8}$") for side in "ab")
    a_follow, b_follow = agrees("a"), agrees("b")
    rating = models.FloatField(_("rating"), null=True, blank=True)
    award = models.CharField(_("grant number"), max_length=80, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    note = models.TextField(_("note for colleagues"), blank=True)
    recognised = models.JSONField(default=dict, editable=False)  #: side → verdict, and candidates with their reasons
    doubts = models.PositiveSmallIntegerField(_("doubts"), default=0, editable=False, db_index=True)

    class Meta:
        ordering = ("-date", "pk")
        verbose_name = _("tie of before")
        verbose_name_plural = _("ties of before")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=[code for code, _label in BECAME]), name="earliertie_status_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.side('a')} – {self.side('b')}"

    def side(self, side: str) -> str:
        """What one side is called: the name, else the organisation."""
        return str(getattr(self, f"{side}_name") or getattr(self, f"{side}_organisation") or "?")

    @property
    def between_people(self) -> bool:
        return bool(self.a_name and self.b_name)

    def clean(self) -> None:
        if self.date and self.date > timezone.localdate():
            raise ValidationError({"date": _("This day is still to come.")})
        if not self.between_people and not (self.a_organisation and self.b_organisation):
            raise ValidationError(_("Write both names, or both organisations."))
