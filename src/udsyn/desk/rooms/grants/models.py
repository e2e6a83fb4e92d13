"""Grants, what changes about them, what is paid and owed under them; decisions with their rating, and who took part."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import AUDITS, Is, Rule
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.grants.rules import holder, institution, officers, parties, reads
from udsyn.desk.rooms.grants.states import ACCOUNT, CHANGE, GRANT, PAYMENT, REPORT
from udsyn.desk.rooms.parties.models import Country, Organisation, Person
from udsyn.desk.rooms.programmes.models import CURRENCIES, Application, Partner, Terms
from udsyn.desk.rooms.programmes.models.applications import COSTS
from udsyn.desk.rooms.programmes.rules import officers as officers_of
from udsyn.desk.rooms.programmes.rules import reads as reads_application
from udsyn.packs.grants import LINES, TWO_FIGURES, GrantTerms


def money(label: Any, **more: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=14, decimal_places=2, validators=[MinValueValidator(0)], **more)


class Decision(Row):
    """What was decided of an application, with its rating. Kept for those refused too: they are what others are
    compared with. Neither applicant nor holder sees it."""

    rules: ClassVar[dict[str, Rule]] = {"view": officers_of("application__call_id") | AUDITS}

    application = models.OneToOneField(
        Application, models.PROTECT, verbose_name=_("application"), related_name="decided"
    )
    decided_on = models.DateField(_("decided on"))
    funded = models.BooleanField(_("funded"))
    rating = models.FloatField(_("rating"), null=True, blank=True)

    class Meta:
        ordering = ("-decided_on", "pk")
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return str(self.application)


class Participant(Row):
    """Somebody who takes part in what was decided, funded or not, and who they are in the record."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": reads_application("application__", "call_id"),
        "change": officers_of("application__call_id"),
    }
    blanks: ClassVar[dict[str, Any]] = {"left_on": NONE}

    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("application"), related_name="participants", editable=False
    )
    partner = models.OneToOneField(Partner, models.PROTECT, null=True, editable=False, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, editable=False, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    organisation_name = models.CharField(_("organisation"), max_length=200, blank=True)
    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("country"), null=True, blank=True)
    author = models.CharField(
        _("author in the record"), max_length=20, blank=True, validators=[RegexValidator(r"^A\d{1,18}$")]
    )
    orcid = models.CharField(
        _("ORCID"), max_length=19, blank=True, validators=[RegexValidator(r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$")]
    )
    ror = models.CharField(_("ROR id"), max_length=9, blank=True, validators=[RegexValidator(r"^0[a-z0-9]{8}$")])
    looked = models.BooleanField(default=False, editable=False)  #: the record was asked who this is
    joined_on = models.DateField(_("takes part from"))
    left_on = models.DateField(_("took part until"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("participant")
        verbose_name_plural = _("participants")

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation_name})" if self.organisation_name else self.name


class Grant(Row):
    """What was awarded, under the version of the call's rules that held on that day, for as long as it runs."""

    lifecycle: ClassVar[Lifecycle | None] = GRANT
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads(),
        "change": (parties() | officers()) & Is("state", ("awarded",)),
    }
    blanks: ClassVar[dict[str, Any]] = {
        "starts": _("not taken up yet"),
        "ends": _("not taken up yet"),
        "original_ends": _("not taken up yet"),
        "closed_on": NONE,
    }

    state = state_field(GRANT)
    application = models.OneToOneField(
        Application, models.PROTECT, verbose_name=_("application"), related_name="grant", editable=False
    )
    number = models.CharField(_("number"), max_length=40, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200, editable=False)
    holder = models.ForeignKey(Person, models.PROTECT, verbose_name=_("holder"), related_name="grants", editable=False)
    administrator = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name=_("administering institution"),
        null=True,
        blank=True,
        related_name="grants",
    )
    terms = models.ForeignKey(
        Terms, models.PROTECT, verbose_name=_("terms of the award"), related_name="+", editable=False
    )
    amount = money(_("amount"), editable=False)
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES, editable=False)
    awarded_on = models.DateField(_("awarded on"), editable=False)
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("to"), null=True, blank=True)
    original_starts = models.DateField(null=True, editable=False)
    original_ends = models.DateField(_("end as awarded"), null=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, editable=False)

    class Meta:
        ordering = ("-awarded_on", "number")
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = tuple(GRANT.constraints("grant"))

    def __str__(self) -> str:
        return f"{self.number} · {self.title}"

    def clean(self) -> None:
        super().clean()
        if self.starts and self.ends and self.ends <= self.starts:
            raise ValidationError({"ends": _("It ends before it begins.")})

    @property
    def says(self) -> GrantTerms | None:
        """The terms at the award; None where the rules of the call said nothing of grants then."""
        return self.terms.pack.grant

    def taking_part(self) -> Any:
        """Who takes part now besides the holder."""
        return Participant.objects.filter(application=self.application_id, person__isnull=True, left_on__isnull=True)

    def partners_to_screen(self) -> list[tuple[str, Any]]:
        """Who takes part, for the gate of security."""
        return [(one.organisation_name, one.country) for one in self.taking_part().select_related("country")]


class Part(Row):
    """Something of a grant, seen by those who see the grant."""

    rules: ClassVar[dict[str, Rule]] = {"view": reads("grant__")}

    grant = models.ForeignKey(Grant, models.CASCADE, verbose_name=_("grant"), related_name="%(class)ss")

    class Meta:
        abstract = True


class GrantLine(Part):
    """A line of the budget: as awarded, and as approved now."""

    kind_of = models.CharField(_("kind of cost"), max_length=30, choices=COSTS)
    awarded = money(_("as awarded"))
    amount = money(_("approved now"))

    class Meta:
        ordering = ("pk",)
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        constraints = (models.UniqueConstraint(fields=("grant", "kind_of"), name="grantline_once"),)

    def __str__(self) -> str:
        return str(self.get_kind_of_display())


class GrantChange(Part):
    """Something that shall become otherwise, what the terms at the award say of it, and what became of it."""

    KINDS = (
        ("duration", _("duration")),
        ("budget", _("budget lines")),
        ("partner", _("partner")),
        ("administrator", _("administrator")),
    )
    lifecycle: ClassVar[Lifecycle | None] = CHANGE
    rules: ClassVar[dict[str, Rule]] = Part.rules | {
        "change": (parties("grant__") | officers("grant__")) & Is("state", ("written",)),
        "create": (parties("grant__") | officers("grant__")) & Is("grant__state", ("running",)),
    }
    blanks: ClassVar[dict[str, Any]] = dict.fromkeys(
        ("starts", "ends", "leaves", "name", "organisation_name", "country", "administrator", "from_day", "decided_on"),
        NONE,
    )

    state = state_field(CHANGE)
    kind_of = models.CharField(_("what changes"), max_length=14, choices=KINDS)
    reason = models.TextField(_("reason"), max_length=5000)
    starts = models.DateField(_("new beginning"), null=True, blank=True)
    ends = models.DateField(_("new end"), null=True, blank=True)
    lines = models.JSONField(_("new budget"), default=dict, blank=True)  #: kind of cost → amount as text
    leaves = models.ForeignKey(
        Participant, models.PROTECT, verbose_name=_("who leaves"), null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("who joins"), max_length=150, blank=True)
    organisation_name = models.CharField(_("their organisation"), max_length=200, blank=True)
    country = models.ForeignKey(
        Country, models.PROTECT, verbose_name=_("their country"), null=True, blank=True, related_name="+"
    )
    administrator = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("new administrator"), null=True, blank=True, related_name="+"
    )
    from_day = models.DateField(_("from which day"), null=True, blank=True)
    old_agrees = models.BooleanField(_("the old administrator's signed statement is attached"), default=False)
    new_agrees = models.BooleanField(_("the new administrator's signed statement is attached"), default=False)
    free = models.BooleanField(_("free by the terms"), default=False, editable=False)
    why = models.CharField(max_length=10, blank=True, editable=False)  #: of `packs.grants.Judged`
    found = models.FloatField(null=True, editable=False)
    bound = models.FloatField(null=True, editable=False)
    before = models.JSONField(default=dict, editable=False)  #: what it was until then
    decided_on = models.DateField(_("decided on"), null=True, editable=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("change of a grant")
        verbose_name_plural = _("changes of grants")
        constraints = tuple(CHANGE.constraints("grantchange"))

    def __str__(self) -> str:
        return f"{self.grant.number}: {self.get_kind_of_display()}"

    def partners_to_screen(self) -> list[tuple[str, Any]]:
        """Who would join, for the gate of security."""
        return [(self.organisation_name, self.country)] if self.name else []


class Payment(Part):
    """Money that goes to the institution, or comes back from it."""

    KINDS = (("payout", _("payment")), ("repayment", _("repayment")))
    lifecycle: ClassVar[Lifecycle | None] = PAYMENT
    rules: ClassVar[dict[str, Rule]] = Part.rules | {
        "change": officers("grant__") & Is("state", ("planned",)),
        "create": officers("grant__") & Is("grant__state", ("running",)),
    }
    blanks: ClassVar[dict[str, Any]] = {"paid_on": NONE}

    state = state_field(PAYMENT)
    kind_of = models.CharField(_("kind"), max_length=10, choices=KINDS, default="payout")
    amount = money(_("amount"))
    due_on = models.DateField(_("due"))
    after_report = models.BooleanField(_("waits until the report is accepted"), default=False)
    paid_on = models.DateField(_("paid on"), null=True, editable=False)

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = tuple(PAYMENT.constraints("payment"))

    def __str__(self) -> str:
        return f"{self.grant.number}: {number_format(self.amount, 2, force_grouping=True)} {self.grant.currency}"

    def partners_to_screen(self) -> list[tuple[str, Any]]:
        """Whom the money reaches, for the gate of security."""
        return self.grant.partners_to_screen() if self.kind_of == "payout" else []


class Owed(Part):
    """Something that holder or institution owe by a day."""

    due_on = models.DateField(_("due"), null=True, editable=False)
    sent_on = models.DateField(_("sent"), null=True, editable=False)
    reminded = models.SmallIntegerField(null=True, editable=False)  #: so many days before, at the newest reminder
    blanks: ClassVar[dict[str, Any]] = {"sent_on": NONE}

    class Meta:
        abstract = True


class GrantReport(Owed):
    """What came of it. Works are not typed: the record says them, and the holder confirms or strikes (`reporting`)."""

    lifecycle: ClassVar[Lifecycle | None] = REPORT
    rules: ClassVar[dict[str, Rule]] = Part.rules | {"change": holder("grant__") & Is("state", ("open",))}
    blanks: ClassVar[dict[str, Any]] = Owed.blanks | {"due_on": _("the terms do not say")}

    state = state_field(REPORT)
    text = models.TextField(_("what else came of it"), max_length=5000, blank=True)
    missing = models.TextField(
        _("works that are missing"), max_length=5000, blank=True, help_text=_("One on a line: a DOI, or the title.")
    )

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name = _("grant report")
        verbose_name_plural = _("grant reports")
        constraints = (
            *REPORT.constraints("grantreport"),
            models.UniqueConstraint(fields=("grant",), name="grantreport_once"),
        )

    def __str__(self) -> str:
        return self.grant.number


class GrantAccount(Owed):
    """What was spent, in the shape that the terms ask of this kind of institution."""

    SHAPES = ((LINES, _("by the lines of the budget")), (TWO_FIGURES, _("two figures")))
    lifecycle: ClassVar[Lifecycle | None] = ACCOUNT
    rules: ClassVar[dict[str, Rule]] = Part.rules | {
        "change": (institution("grant__") | officers("grant__")) & Is("state", ("open",))
    }
    blanks: ClassVar[dict[str, Any]] = Owed.blanks | {
        "due_on": _("the terms do not say"),
        "signed_by": NONE,
        "audited_by": NONE,
    }

    state = state_field(ACCOUNT)
    shape = models.CharField(_("shape"), max_length=12, choices=SHAPES, editable=False)
    starts = models.DateField(_("from"), editable=False)
    ends = models.DateField(_("to"), editable=False)
    spent = money(_("spent in this time"), null=True, blank=True)
    unspent = money(_("unspent from before"), null=True, blank=True)
    lines = models.JSONField(_("spent by line"), default=dict, blank=True)  #: kind of cost → amount as text
    signed_by = models.CharField(_("signed by"), max_length=200, blank=True, help_text=_("Not the holder."))
    audited_by = models.CharField(_("auditor"), max_length=200, blank=True)

    class Meta:
        ordering = ("starts", "pk")
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = (
            *ACCOUNT.constraints("grantaccount"),
            models.UniqueConstraint(fields=("grant", "starts"), name="grantaccount_once"),
        )

    def __str__(self) -> str:
        return f"{self.grant.number}: {date_format(self.starts)} – {date_format(self.ends)}"

    @property
    def total(self) -> Decimal | None:
        """What was spent, whichever shape; None while it is not written."""
        if self.shape == TWO_FIGURES:
            return self.spent
        amounts = [Decimal(value) for value in self.lines.values() if value not in (None, "")]
        return sum(amounts, Decimal()) if amounts else None
