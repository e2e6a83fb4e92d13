"""What people write: applications with team, partners, costs and documents."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn import packs
from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import File, Row, state_field
from udsyn.desk.kernel.permissions import AUDITS, Is, Mine, Rule
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.parties.models import Affiliation, Country, Organisation, Person
from udsyn.desk.rooms.programmes.models.calls import Call, Terms
from udsyn.desk.rooms.programmes.rules import READ, WRITE, ByInvitation, officers, reads, team
from udsyn.desk.rooms.programmes.states import APPLICATION, PARTNER, TAKING_PART, WRITABLE
from udsyn.desk.tools.numbers import money


class Application(Row):
    """What somebody asks for under a call. `answers` are by the names of the call's questions (see `case`)."""

    lifecycle: ClassVar[Lifecycle | None] = APPLICATION
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads(),
        "change": team() & Is("state", WRITABLE),
        "create": Mine("lead_id"),
        "private": officers() | AUDITS,
    }
    blanks: ClassVar[dict[str, Any]] = {
        "appealed_on": NONE,
        "organisation": _("not verified yet"),
        "submitted_at": _("not handed in"),
        "terms": _("not handed in"),
        "late_until": NONE,
    }

    state = state_field(APPLICATION)
    call = models.ForeignKey(Call, models.PROTECT, verbose_name=_("call"), related_name="applications")
    lead = models.ForeignKey(Person, models.PROTECT, verbose_name=_("applicant"), related_name="applications")
    title = models.CharField(_("title"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisation"), null=True, blank=True, related_name="applications"
    )
    organisation_name = models.CharField(_("organisation's name"), max_length=200, blank=True)
    answers = models.JSONField(_("answers"), default=dict, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)  #: of title and answers, for two tabs
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="da")
    submitted_at = models.DateTimeField(_("handed in"), null=True, editable=False)
    terms = models.ForeignKey(
        Terms, models.PROTECT, verbose_name=_("handed in under version"), null=True, editable=False, related_name="+"
    )
    sealed_case = models.JSONField(null=True, editable=False)  #: everything as it was handed in
    seal = models.CharField(_("seal"), max_length=64, blank=True, editable=False)
    late_until = models.DateTimeField(_("leave to be late until"), null=True, editable=False)
    appealed_on = models.DateField(_("appealed"), null=True, editable=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = tuple(APPLICATION.constraints("application"))

    def partners_to_screen(self) -> list[tuple[str, Country]]:
        """Who takes part, for the gate of safeguards."""
        partners = self.partners.exclude(state="declined").select_related("country")
        return [(one.organisation_name, one.country) for one in partners]

    def __str__(self) -> str:
        return self.title

    @property
    def judged(self) -> Any:
        """What is said of it so far (`Assessed`); nothing yet where nobody said anything."""
        return getattr(self, "assessed", None) or apps.get_model("programmes", "Assessed")(application=self)

    @property
    def employer(self) -> Organisation | None:
        """Where the applicant works today: what stands here while it is so or no other is known, else the newest."""
        held = self.lead.affiliations.filter(Affiliation.on(timezone.localdate()))
        newest = held.select_related("organisation__country").order_by(F("starts").desc(nulls_last=True))
        now = [one.organisation for one in newest]
        return self.organisation if not now or self.organisation in now else now[0]

    def taking_part(self) -> list[Partner]:
        """Its partners, without those who declined or are named no longer."""
        return list(self.partners.filter(state__in=TAKING_PART).select_related("country"))

    @property
    def pack(self) -> packs.Pack:
        """What it is judged by: the version it was handed in under, until then what holds now."""
        return self.terms.pack if self.terms else self.call.pack


class Part(Row):
    """Something of an application that its team writes and its readers see."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("application__"),
        "change": team("application__") & Is("application__state", WRITABLE),
        "create": team("application__") & Is("application__state", WRITABLE),
    }

    application = models.ForeignKey(
        Application, models.CASCADE, verbose_name=_("application"), related_name="%(class)ss"
    )

    class Meta:
        abstract = True


class Member(Part):
    """Somebody besides the applicant who reads or writes the application, found by the address they sign in with."""

    PARTS = ((WRITE, _("writes with us")), (READ, _("reads along")))
    rules: ClassVar[dict[str, Rule]] = Part.rules

    email = models.EmailField(_("e-mail"))
    part = models.CharField(_("part"), max_length=5, choices=PARTS, default=WRITE)
    person = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        ordering = ("pk",)
        verbose_name = _("member of the team")
        verbose_name_plural = _("team")
        constraints = (models.UniqueConstraint(fields=("application", "email"), name="member_once"),)

    def __str__(self) -> str:
        return str(self.person or self.email)


def new_key() -> str:
    return secrets.token_urlsafe(18)


class Partner(Part):
    """Another party of the project, asked by mail to confirm. What the call asks of it stands in the answers."""

    lifecycle: ClassVar[Lifecycle | None] = PARTNER
    rules: ClassVar[dict[str, Rule]] = Part.rules | {"view": Part.rules["view"] | ByInvitation()}
    blanks: ClassVar[dict[str, Any]] = {"invited_at": _("not asked yet"), "answered_at": NONE, "country": NONE}

    state = state_field(PARTNER)
    name = models.CharField(_("contact person"), max_length=150)
    email = models.EmailField(_("e-mail"))
    organisation_name = models.CharField(_("organisation"), max_length=200)
    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("country"), related_name="+")
    key = models.CharField(max_length=40, default=new_key, editable=False)  #: of the link; another ends the one before
    invited_at = models.DateTimeField(_("asked"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = tuple(PARTNER.constraints("partner"))

    def __str__(self) -> str:
        return f"{self.organisation_name} ({self.name})"


CURRENCIES = tuple(
    (code, code) for code in ("DKK", "EUR", "USD", "GBP", "CHF", "NOK", "SEK", "JPY", "KRW", "INR", "CNY")
)
COSTS = (
    ("travel", _("travel")),
    ("workshop", _("workshops")),
    ("conference", _("conferences")),
    ("support_services", _("support services")),
    ("salary", _("salary")),
    ("equipment", _("equipment")),
    ("networking", _("networking")),
    ("non_research_participants", _("people who take no part in the research")),
    ("overhead", _("overhead")),
    ("other", _("other")),
)


class BudgetLine(Part):
    """A cost, in its own money, and how much of it is asked for."""

    rules: ClassVar[dict[str, Rule]] = Part.rules
    blanks: ClassVar[dict[str, Any]] = {"partner": _("the applicant"), "asked": _("all of it")}

    kind_of = models.CharField(_("kind of cost"), max_length=30, choices=COSTS)
    text = models.CharField(_("what for"), max_length=200, blank=True)
    partner = models.ForeignKey(
        Partner, models.CASCADE, verbose_name=_("whose"), null=True, blank=True, related_name="costs"
    )
    amount = models.DecimalField(_("cost"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    asked = models.DecimalField(
        _("asked for"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES, default="DKK")

    class Meta:
        ordering = ("pk",)
        verbose_name = _("cost")
        verbose_name_plural = _("budget")

    def __str__(self) -> str:
        return f"{self.get_kind_of_display()}: {money(self.amount, self.currency)}"

    def clean(self) -> None:
        if self.partner and self.application_id and self.partner.application_id != self.application_id:
            raise ValidationError({"partner": _("This partner is of another application.")})
        if self.asked is not None and self.amount is not None and self.asked > self.amount:
            raise ValidationError({"asked": _("More is asked for than it costs.")})


class Paper(Part):
    """A document that the call asks, of the application itself or of one partner."""

    rules: ClassVar[dict[str, Rule]] = Part.rules

    kind_of = models.CharField(_("document"), max_length=60)
    partner = models.ForeignKey(
        Partner, models.CASCADE, verbose_name=_("whose"), null=True, blank=True, related_name="papers"
    )
    file = models.ForeignKey(File, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.file.name


class Clash(models.Model):
    """What somebody wrote in another tab or at the same time: kept beside what stands, until one of them is chosen."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="clashes")
    field = models.CharField(max_length=100)
    value = models.JSONField(null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
