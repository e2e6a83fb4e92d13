"""Stays with their tasks and money, and the daily rates that allowances are reckoned by."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from udsyn import packs
from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, entry_field, state_field
from udsyn.desk.kernel.permissions import AUDITS, MINISTRY, STAFF, Mine, Rule, Through
from udsyn.desk.kernel.wording import NO_END, NONE
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.parties.reading import language_at, language_of
from udsyn.desk.rooms.stays.models.agreements import StayAgreement
from udsyn.desk.rooms.stays.models.applications import StayApplication
from udsyn.desk.rooms.stays.models.fields import (
    DIRECTIONS,
    INCOMING,
    ORCID,
    check_days,
    count_field,
    key_field,
    person_field,
)
from udsyn.desk.rooms.stays.rules import GUEST, HOST, ByLink, readers, works_on
from udsyn.desk.rooms.stays.states import STAY
from udsyn.desk.tools.numbers import money

#: the pack that says how long a permit takes, what is to be ready, and when the report is due
PRACTICE = "stay-practice"


class Stay(Row):
    """A stay of a guest at a host, from the first preparation to the report."""

    lifecycle: ClassVar[Lifecycle | None] = STAY
    rules: ClassVar[dict[str, Rule]] = {
        "view": readers() | ByLink((GUEST, HOST)),
        "change": works_on(),
        "create": MINISTRY,
        "private": MINISTRY | AUDITS | Mine("keeper_id"),
    }
    blanks: ClassVar[dict[str, Any]] = {
        **dict.fromkeys(("invited_on", "application", "pair", "agreement", "report_by", "keeper"), NONE),
        "permit_filed": _("not filed"),
        "permit_granted": _("not granted"),
    }
    PERMITS = (("unknown", _("not known")), ("no", _("not needed")), ("yes", _("needed")))

    state = state_field(STAY)
    stands_as = entry_field(STAY)
    direction = models.CharField(_("direction"), max_length=8, choices=DIRECTIONS, default=INCOMING)
    guest_name = models.CharField(_("guest"), max_length=150)
    guest_email = models.EmailField(_("the guest's e-mail"), blank=True)
    guest_orcid = models.CharField(_("the guest's ORCID"), max_length=19, blank=True, validators=[ORCID])
    guest_organisation = models.CharField(_("comes from"), max_length=200, blank=True)
    host_name = models.CharField(_("host"), max_length=150)
    host_email = models.EmailField(_("the host's e-mail"), blank=True)
    host_orcid = models.CharField(_("the host's ORCID"), max_length=19, blank=True, validators=[ORCID])
    host_organisation = models.CharField(_("host organisation"), max_length=200, blank=True)
    country = models.ForeignKey(
        Country, models.PROTECT, verbose_name=_("partner country"), null=True, blank=True, related_name="+"
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    place = models.CharField(_("address of the work"), max_length=200, blank=True)
    field = models.CharField(_("field of research"), max_length=120, blank=True)
    adults, children = count_field(_("adults who come along")), count_field(_("children who come along"))
    permit = models.CharField(_("residence permit"), max_length=8, choices=PERMITS, default="unknown")
    permit_filed = models.DateField(_("permit applied for on"), null=True, blank=True)
    permit_granted = models.DateField(_("permit granted on"), null=True, blank=True)
    agreement = models.ForeignKey(
        StayAgreement,
        models.PROTECT,
        verbose_name=_("agreement on stays"),
        null=True,
        blank=True,
        related_name="stays",
    )
    application = models.OneToOneField(
        StayApplication, models.PROTECT, verbose_name=_("application for a stay"), null=True, editable=False
    )
    pair = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("in exchange for"), null=True, blank=True, related_name="+"
    )
    keeper = person_field(_("looked after by"))
    guest, host = person_field(_("guest as a person here")), person_field(_("host as a person here"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="en")
    source = models.CharField(_("source"), max_length=300, blank=True)
    note = models.TextField(_("note for colleagues"), blank=True)
    invited_on = models.DateField(_("invited on"), null=True, editable=False)
    report = models.TextField(_("report"), max_length=5000, blank=True, editable=False)
    report_by = models.DateField(_("report due"), null=True, editable=False)
    asked_after = models.PositiveSmallIntegerField(_("asked what came of it, months after"), default=0, editable=False)
    orcid_entry = models.CharField(_("written to ORCID as"), max_length=40, blank=True, editable=False)
    key = key_field()
    host_key = key_field()

    class Meta:
        ordering = ("-first", "pk")
        verbose_name = _("stay")
        verbose_name_plural = _("stays")
        constraints = (
            *STAY.constraints("stay"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="stay_ends_after_start"),
        )

    def __str__(self) -> str:
        return f"{self.guest_name} – {self.host_organisation or self.host_name}"

    def clean(self) -> None:
        super().clean()
        check_days(self)
        if self.permit_granted and self.permit_filed and self.permit_granted < self.permit_filed:
            raise ValidationError({"permit_granted": _("It was granted before it was applied for.")})
        if self.pair_id is not None and self.pair_id == self.pk:
            raise ValidationError({"pair": _("Choose another stay.")})

    @property
    def host_language(self) -> str:
        """In which the host is written to."""
        away = self.country if self.direction != INCOMING else None
        return language_at(self.host_email, away.code if away else settings.HOME)

    def language_for(self, address: str) -> str:
        """In which whoever of guest, host and keeper has this address is written to."""
        if address == self.guest_email:
            return str(self.language)
        return self.host_language if address == self.host_email else language_of(self.keeper)

    @property
    def days(self) -> int:
        """Both ends count."""
        return (self.last - self.first).days + 1

    @property
    def partner(self) -> str:
        """The organisation abroad."""
        return self.guest_organisation if self.direction == INCOMING else self.host_organisation

    #: no row of this kind passes the gate of safeguards without a case
    case_needed: ClassVar[bool] = True

    def partners_to_screen(self) -> list[tuple[str, Any]]:
        return [(self.partner, self.country)] if self.partner else []

    def starts_earliest(self, today: dt.date) -> dt.date | None:
        """The first day that the permit allows: eight weeks of working days after it is applied for, today if it was
        not; the day on which it was granted. None where none is needed, or nobody knows."""
        if self.permit != "yes":
            return None
        if self.permit_granted:
            return self.permit_granted
        days = int(packs.load(PRACTICE).values["permit_working_days"])
        return packs.add_working_days(self.permit_filed or today, days, settings.HOME)


class StayTask(Row):
    """Something to be ready for a stay, and whose it is."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": Through("stay", readers()),
        "change": Through("stay", works_on()),
        "create": Through("stay", works_on()),
    }
    blanks: ClassVar[dict[str, Any]] = {"text": NONE, "due": NONE, "done_on": _("still to do"), "done_by": NONE}
    OWNERS = ((GUEST, _("the guest")), (HOST, _("the host")), ("office", _("the office")))
    TEXTS = (
        ("insurance", _("Insurance for the whole stay")),
        ("funding", _("Proof of full funding from home")),
        ("housing", _("Housing")),
        ("access", _("Access to buildings and systems")),
        ("equipment", _("Desk and equipment")),
        ("signature_guest", _("The guest has signed")),
        ("signature_host", _("The host and the head of department have signed")),
        ("signature_office", _("The office has signed")),
        ("other", _("Something else")),
    )

    stay = models.ForeignKey(Stay, models.CASCADE, verbose_name=_("stay"), related_name="tasks")
    code = models.CharField(_("what"), max_length=20, choices=TEXTS, default="other")
    text = models.CharField(_("in words"), max_length=200, blank=True)
    owner = models.CharField(_("whose"), max_length=8, choices=OWNERS, default="office")
    due = models.DateField(_("due"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_by = models.CharField(_("said by"), max_length=150, blank=True, editable=False)

    class Meta:
        ordering = ("stay", "pk")
        verbose_name = _("task of a stay")
        verbose_name_plural = _("tasks of stays")

    def __str__(self) -> str:
        return self.text or str(self.get_code_display())


class StayMoney(Row):
    """What is paid for a stay. An allowance keeps the lines and rates that gave it."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": Through("stay", MINISTRY | AUDITS | Mine("guest_id") | Mine("keeper_id")),
        "change": Through("stay", works_on()),
        "create": Through("stay", works_on()),
    }
    blanks: ClassVar[dict[str, Any]] = {"paid_on": _("not paid")}
    KINDS = (
        ("allowance", _("travel allowance")),
        ("travel", _("journey")),
        ("grant", _("grant for the stay")),
        ("other", _("other")),
    )

    stay = models.ForeignKey(Stay, models.CASCADE, verbose_name=_("stay"), related_name="moneys")
    kind_of = models.CharField(_("kind"), max_length=10, choices=KINDS, default="travel")
    text = models.CharField(_("in words"), max_length=200, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="DKK", validators=[RegexValidator(r"^[A-Z]{3}$")])
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    basis = models.JSONField(default=dict, editable=False)  #: journey, lines and rates

    class Meta:
        ordering = ("stay", "pk")
        verbose_name = _("amount of a stay")
        verbose_name_plural = _("amounts of stays")

    def __str__(self) -> str:
        return f"{self.get_kind_of_display()}: {money(self.amount, self.currency)}"


class StayRate(Row):
    """A daily rate of a table, by the days for which it holds and the day from which it was known."""

    rules: ClassVar[dict[str, Rule]] = {"view": STAFF, "change": MINISTRY, "create": MINISTRY}
    blanks: ClassVar[dict[str, Any]] = {"valid_to": NO_END}

    family = models.CharField(_("family of rates"), max_length=20)
    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("country"), related_name="+")
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    known_from = models.DateField(_("known from"))
    currency = models.CharField(_("currency"), max_length=3, validators=[RegexValidator(r"^[A-Z]{3}$")])
    day = models.DecimalField(_("for 24 hours"), max_digits=10, decimal_places=2)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        ordering = ("family", "country__code", "-valid_from", "-known_from")
        verbose_name = _("daily rate")
        verbose_name_plural = _("daily rates")

    def __str__(self) -> str:
        return f"{self.family} {self.country.code} {self.valid_from}"
