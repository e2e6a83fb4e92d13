"""What officers and panels say of an application. None of it is seen by those who wrote it."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.models import Row
from udsyn.desk.kernel.permissions import AUDITS, Is, Rule
from udsyn.desk.rooms.programmes.models.applications import Application
from udsyn.desk.rooms.programmes.models.calls import Call
from udsyn.desk.rooms.programmes.rules import officers
from udsyn.packs.calls import Assessment
from udsyn.packs.scores import values_of


class Assessed(Row):
    """What is said of an application before it is decided. A row of its own, so that nothing that is written about it,
    neither a change nor a line of the ledger, is seen by those who see the application."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": officers("application__call_id") | AUDITS,
        "change": officers("application__call_id") & Is("application__state", ("eligible",)),
        "create": officers("application__call_id") & Is("application__state", ("eligible",)),
    }

    application = models.OneToOneField(Application, models.CASCADE, related_name="assessed")
    scores = models.JSONField(default=dict, blank=True)  #: the panel's, by criterion, as an officer wrote them
    means = models.JSONField(default=dict, blank=True)  #: instead of them: exact means of what assessors gave, "11/3"
    assessors = models.PositiveIntegerField(default=0)  #: how many these are means of
    expected = models.JSONField(default=list, blank=True)  #: rank by those means, and the ends of its interval
    lot = models.PositiveIntegerField(null=True, blank=True)  #: its place among lots that were drawn, from 1 on
    outcome = models.CharField(max_length=8, blank=True)
    reason_code = models.CharField(max_length=60, blank=True)
    reason_text = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.application)

    def values(self, assessment: Assessment) -> dict[str, Fraction]:
        """The scores as numbers, by criterion."""
        if self.means:
            return {name: Fraction(mean) for name, mean in self.means.items()}
        return values_of(assessment, self.scores)


class Finding(Row):
    """An officer's word on one rule for one application, instead of what the rules alone say."""

    OUTCOMES = (("met", _("fulfilled")), ("not_met", _("not fulfilled")))
    rules: ClassVar[dict[str, Rule]] = {
        "view": officers("application__call_id") | AUDITS,
        "change": officers("application__call_id") & Is("application__state", ("submitted",)),
        "create": officers("application__call_id") & Is("application__state", ("submitted",)),
    }

    application = models.ForeignKey(Application, models.CASCADE, verbose_name=_("application"), related_name="findings")
    rule = models.CharField(_("rule"), max_length=120)  #: its id; for a partner's document with the partner's number
    outcome = models.CharField(_("outcome"), max_length=8, choices=OUTCOMES)
    reason = models.TextField(_("reason"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")

    class Meta:
        ordering = ("pk",)
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = (models.UniqueConstraint(fields=("application", "rule"), name="finding_once"),)

    def __str__(self) -> str:
        return f"{self.application} · {self.rule}"


class PartnerRanking(Row):
    """How a partner agency ranks the applications of a joint call, and by which rule its ranking and ours become one.

    While the rule is empty our own ranking decides alone, and what the partner said is kept.
    """

    RULES = (
        ("", _("our own ranking alone")),
        ("mean", _("the mean of both places")),
        ("worst", _("the worse of both places")),
        ("best", _("the better of both places")),
        ("ours", _("our ranking leads")),
        ("theirs", _("the partner's ranking leads")),
        ("both_top", _("only those among the best of both")),
    )
    rules: ClassVar[dict[str, Rule]] = {
        "view": officers() | AUDITS,
        "change": officers() & Is("call__state", ("published",)),
        "create": officers() & Is("call__state", ("published",)),
    }

    call = models.OneToOneField(Call, models.CASCADE, related_name="partner_ranking")
    agency = models.CharField(_("partner agency"), max_length=200)
    rule = models.CharField(_("rule"), max_length=8, choices=RULES, blank=True)
    top = models.PositiveIntegerField(_("how many places count as the best"), null=True, blank=True)
    places = models.JSONField(default=dict, blank=True)  #: application (its number, as text) → the partner's place

    class Meta:
        ordering = ("pk",)
        verbose_name = _("partner's ranking")
        verbose_name_plural = _("partners' rankings")

    def __str__(self) -> str:
        return f"{self.agency} · {self.call}"

    def clean(self) -> None:
        if self.rule == "both_top" and not self.top:
            raise ValidationError({"top": _("Say among how many of the best they must be.")})
