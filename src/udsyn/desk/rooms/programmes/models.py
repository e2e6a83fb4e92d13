"""Funding programmes, their calls with versioned rules, and applications with team, partners, costs and documents."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from udsyn import packs
from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import File, Row, state_field
from udsyn.desk.kernel.permissions import AUDITS, MINISTRY, Anyone, Is, Mine, Rule, Through
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.parties.models import Country, Organisation, Person
from udsyn.desk.rooms.programmes.rules import READ, WRITE, ByInvitation, officers, reads, team
from udsyn.desk.rooms.programmes.states import APPLICATION, CALL, PARTNER, WRITABLE

parsed = lru_cache(maxsize=64)(packs.parse)  #: a pack by its text


class Programme(Row):
    """A funding programme. Its calls come and go."""

    rules: ClassVar[dict[str, Rule]] = {"view": Anyone(), "change": MINISTRY, "create": MINISTRY}

    title = I18nCharField(_("title"), max_length=200)
    about = I18nTextField(_("what it is for"), blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return str(self.title)


class Call(Row):
    """A call for applications. What it asks is a pack, kept in versions: see `Terms`."""

    lifecycle: ClassVar[Lifecycle | None] = CALL
    rules: ClassVar[dict[str, Rule]] = {
        "view": officers("pk") | AUDITS | Is("state", ("published", "decided", "cancelled")),
        "change": officers("pk"),
        "create": MINISTRY,
        "private": officers("pk") | AUDITS,
    }
    blanks: ClassVar[dict[str, Any]] = {"opens_at": NONE, "closes_at": NONE, "money": _("not known")}

    state = state_field(CALL)
    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name=_("programme"), related_name="calls")
    title = I18nCharField(_("title"), max_length=200)
    about = I18nTextField(_("text of the call"), blank=True)
    officer = models.ForeignKey(Person, models.PROTECT, verbose_name=_("officer"), related_name="+")
    pack_text = models.TextField(
        _("rules"), max_length=200_000, help_text=_("A pack in YAML, as the manual's page on packs says.")
    )
    opens_at = models.DateTimeField(_("opens"), null=True, editable=False)
    closes_at = models.DateTimeField(_("closes"), null=True, editable=False)
    money = models.DecimalField(
        _("money to give"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    decision = models.CharField(max_length=64, blank=True, editable=False)  #: seal over all outcomes

    class Meta:
        ordering = ("-closes_at", "pk")
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = tuple(CALL.constraints("call"))

    def __str__(self) -> str:
        return str(self.title)

    @property
    def pack(self) -> packs.Pack:
        return parsed(self.pack_text)

    def clean(self) -> None:
        """The rules are a pack of a call; its clock becomes instants."""
        try:
            pack = packs.parse(self.pack_text, str(_("the rules")))
        except packs.PackError as error:
            raise ValidationError({"pack_text": str(error)}) from None
        if pack.kind != "call":
            raise ValidationError({"pack_text": _("These are the rules of something else than a call.")})
        self.closes_at = packs.deadline(pack.deadline) if pack.deadline else None
        zone = pack.deadline.zone if pack.deadline else settings.TIME_ZONE
        self.opens_at = packs.deadline(packs.Deadline(at=pack.opens, zone=zone)) if pack.opens else None

    @property
    def terms(self) -> Terms:
        """The version that holds now."""
        return self.versions.order_by("-number").first()


class Terms(Row):
    """One version of a call's rules, kept as it was. Applications are judged by the one they were handed in under."""

    rules: ClassVar[dict[str, Rule]] = {"view": Through("call", Call.rules["view"]), "create": officers()}

    call = models.ForeignKey(Call, models.PROTECT, verbose_name=_("call"), related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    pack_text = models.TextField(_("rules"))

    class Meta:
        ordering = ("call_id", "-number")
        verbose_name = _("version of a call")
        verbose_name_plural = _("versions of calls")
        constraints = (models.UniqueConstraint(fields=("call", "number"), name="terms_number_once"),)

    def __str__(self) -> str:
        return f"{self.call} · {self.number}"

    @property
    def pack(self) -> packs.Pack:
        return parsed(self.pack_text)


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

    def __str__(self) -> str:
        return self.title

    @property
    def judged(self) -> Assessed:
        """What is said of it so far; nothing yet where nobody said anything."""
        return getattr(self, "assessed", None) or Assessed(application=self)

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
        return f"{self.get_kind_of_display()} {self.amount} {self.currency}"

    def clean(self) -> None:
        if self.partner_id and self.application_id and self.partner.application_id != self.application_id:
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


class Assessed(Row):
    """What is said of an application before it is decided. A row of its own, so that nothing that is written about it,
    neither a change nor a line of the ledger, is seen by those who see the application."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": officers("application__call_id") | AUDITS,
        "change": officers("application__call_id") & Is("application__state", ("eligible",)),
        "create": officers("application__call_id") & Is("application__state", ("eligible",)),
    }

    application = models.OneToOneField(Application, models.CASCADE, related_name="assessed")
    scores = models.JSONField(default=dict, blank=True)  #: the panel's, by criterion
    outcome = models.CharField(max_length=8, blank=True)
    reason_code = models.CharField(max_length=60, blank=True)
    reason_text = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.application)


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
