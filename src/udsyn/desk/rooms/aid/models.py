"""The ledger of de minimis aid: what each undertaking was granted, who is one with it, and what merged or split.

Amounts are euro, as a gross grant discounted to the day of granting. What was granted keeps that day, whatever
becomes of the undertaking.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import MINISTRY, STAFF, Is, Rule
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.aid.states import AID
from udsyn.desk.rooms.parties.models import Interval, Organisation, Person
from udsyn.desk.tools.numbers import money
from udsyn.packs import aid

#: the packs that set a ceiling (`packs.aid.regulations`)
REGULATIONS = (
    ("de-minimis", _("general, Regulation (EU) 2023/2831")),
    ("de-minimis-services", _("services of general economic interest, Regulation (EU) 2023/2832")),
    ("de-minimis-agriculture", _("agriculture, Regulation (EU) No 1408/2013")),
)
INSTRUMENTS = (
    ("grant", _("grant")),
    ("loan", _("loan")),
    ("guarantee", _("guarantee")),
    ("other", _("other")),
)
WRITTEN_BY_MINISTRY: dict[str, Rule] = {"view": STAFF, "change": MINISTRY, "create": MINISTRY}


def organisation(label: Any, **more: Any) -> models.ForeignKey:
    return models.ForeignKey(Organisation, models.PROTECT, verbose_name=label, related_name="+", **more)


class Aid(Row):
    """Aid to one undertaking: to be granted, granted and then entered in the register, or declared as had elsewhere."""

    lifecycle: ClassVar[Lifecycle | None] = AID
    rules: ClassVar[dict[str, Rule]] = {
        "view": STAFF,
        "change": MINISTRY & Is("state", ("planned", "granted")),
        "create": MINISTRY,
    }
    blanks: ClassVar[dict[str, Any]] = dict.fromkeys(
        ("used_by", "granted_on", "register_by", "registered_on", "entry", "authority", "sector", "number", "keeper"),
        NONE,
    )

    state = state_field(AID)
    undertaking = organisation(_("undertaking"))
    amount = models.DecimalField(
        _("amount in euro"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(0)],
        help_text=_("As a gross grant, instalments discounted to the day of granting."),
    )
    regulation = models.CharField(_("regulation"), max_length=30, choices=REGULATIONS, default=aid.GENERAL)
    granted_on = models.DateField(_("granted on"), null=True, blank=True)
    used_by = organisation(_("part that uses it"), null=True, blank=True)
    authority = models.CharField(_("granting authority"), max_length=200, blank=True)
    instrument = models.CharField(_("instrument"), max_length=10, choices=INSTRUMENTS, default="grant")
    sector = models.CharField(
        _("sector (NACE)"),
        max_length=8,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]?\d{2}(\.\d{1,2})?$", _("Write it as 72.19."))],
    )
    number = models.CharField(_("number in the business register"), max_length=30, blank=True)
    keeper = models.ForeignKey(
        Person, models.SET_NULL, verbose_name=_("looked after by"), null=True, blank=True, related_name="+"
    )
    entry = models.CharField(_("number of the entry"), max_length=60, blank=True)
    register_by = models.DateField(_("entry in the register due"), null=True, editable=False)
    registered_on = models.DateField(_("entered on"), null=True, editable=False)
    about_kind = models.CharField(max_length=40, blank=True, editable=False)  #: the partner whose application it is of
    about_id = models.BigIntegerField(null=True, editable=False)

    class Meta:
        ordering = ("-granted_on", "-pk")
        verbose_name = _("de minimis aid")
        verbose_name_plural = _("de minimis aid")
        constraints = (
            *AID.constraints("aid"),
            models.UniqueConstraint(
                fields=("about_kind", "about_id"),
                condition=models.Q(about_id__isnull=False) & ~models.Q(state="dropped"),
                name="aid_of_partner_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.undertaking}: {money(self.amount, 'EUR')}"

    def partners_to_screen(self) -> list[tuple[str, Any]]:
        """Whom the money reaches, for the gate of security."""
        return [(self.undertaking.name, self.undertaking.country)]


class AidLink(Interval, Row):
    """Two undertakings that are one for this purpose, from a day to a day."""

    rules: ClassVar[dict[str, Rule]] = WRITTEN_BY_MINISTRY

    a = organisation(_("undertaking"))
    b = organisation(_("is one with"))
    source = models.CharField(_("how it is known"), max_length=300)

    class Meta:
        ordering = ("a__name", "pk")
        verbose_name = _("linked undertakings")
        verbose_name_plural = _("linked undertakings")
        constraints = (Interval.constraint("aidlink"),)

    def __str__(self) -> str:
        return f"{self.a} – {self.b}"

    def clean(self) -> None:
        super().clean()
        if self.a_id == self.b_id:
            raise ValidationError({"b": _("Choose two undertakings.")})


class Reshaping(Row):
    """That one undertaking became another on a day. All rows of a day into one are a merger, out of one a split."""

    KINDS = ((aid.MERGER, _("merger")), (aid.SPLIT, _("split")))
    rules: ClassVar[dict[str, Rule]] = WRITTEN_BY_MINISTRY

    kind_of = models.CharField(_("kind"), max_length=6, choices=KINDS)
    day = models.DateField(_("day"))
    before = organisation(_("undertaking before"))
    after = organisation(_("undertaking after"))
    share = models.DecimalField(
        _("share of the equity"),
        max_digits=6,
        decimal_places=3,
        default=1,
        validators=[MinValueValidator(0)],
        help_text=_("Of a split, beside the shares of the other parts: 1 and 3 are a quarter and three quarters."),
    )
    source = models.CharField(_("how it is known"), max_length=300)

    class Meta:
        ordering = ("-day", "pk")
        verbose_name = _("merger or split")
        verbose_name_plural = _("mergers and splits")
        constraints = (models.UniqueConstraint(fields=("kind_of", "day", "before", "after"), name="reshaping_once"),)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"

    def clean(self) -> None:
        super().clean()
        if self.before_id == self.after_id and self.kind_of == aid.MERGER:
            raise ValidationError({"after": _("Choose two undertakings.")})
