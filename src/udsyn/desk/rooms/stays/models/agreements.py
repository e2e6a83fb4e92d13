"""Agreements on stays, their rounds, and the hosts of a round with what is demanded of the places."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from udsyn import packs
from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import AUDITS, MINISTRY, STAFF, Is, Rule
from udsyn.desk.kernel.wording import NO_END, NONE
from udsyn.desk.rooms.parties.models import Country, Organisation, Person
from udsyn.desk.rooms.parties.reading import language_at
from udsyn.desk.rooms.stays.models.fields import DIRECTIONS, INCOMING, ORCID, OUTGOING, key_field
from udsyn.desk.rooms.stays.states import HOST as HOST_LIFE
from udsyn.desk.rooms.stays.states import ROUND

parsed = lru_cache(maxsize=64)(packs.parse)  #: a pack by its text
#: who acts first, by shipped pack
ORDERS = (
    ("stay-open-call", _("an open call with the hosts' places")),
    ("stay-host-first", _("the host answers first")),
    ("stay-nominated", _("an authority nominates")),
    ("stay-joint", _("guest and host apply together")),
    ("cost-stsm", _("short missions (COST)")),
)


class StayAgreement(Row):
    """What was agreed with a partner on stays: how many places a year, who acts first, what is paid."""

    rules: ClassVar[dict[str, Rule]] = {"view": STAFF, "change": MINISTRY, "create": MINISTRY}
    blanks: ClassVar[dict[str, Any]] = {"ends": NO_END, "places": _("no limit known")}

    title = I18nCharField(_("title"), max_length=200)
    partner = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("partner"), related_name="+")
    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("country"), related_name="+")
    direction = models.CharField(
        _("direction"), max_length=8, choices=(*DIRECTIONS, ("both", _("exchange both ways"))), default=OUTGOING
    )
    places = models.PositiveSmallIntegerField(_("places a year"), null=True, blank=True)
    nominates = models.CharField(_("who nominates"), max_length=200, blank=True)
    selects = models.CharField(_("who selects"), max_length=200, blank=True)
    pays = I18nTextField(_("what is paid"), blank=True)
    order = models.CharField(_("who acts first"), max_length=24, choices=ORDERS, default=ORDERS[0][0])
    pack_text = models.TextField(
        _("own rules"),
        max_length=100_000,
        blank=True,
        help_text=_("A pack in YAML, as the manual's page on packs says, in place of the order chosen above."),
    )
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("agreement on stays")
        verbose_name_plural = _("agreements on stays")

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        super().clean()
        try:
            pack = self.pack
        except packs.PackError as error:
            raise ValidationError({"pack_text": str(error)}) from None
        if pack.kind != "stay" or not pack.turns:
            raise ValidationError({"pack_text": _("These rules do not say who acts when (turns).")})

    @property
    def pack(self) -> packs.Pack:
        return parsed(self.pack_text) if self.pack_text.strip() else packs.load(self.order)


class Round(Row):
    """A round of an agreement: people apply, hosts answer, places are given."""

    lifecycle: ClassVar[Lifecycle | None] = ROUND
    rules: ClassVar[dict[str, Rule]] = {
        "view": STAFF | Is("state", ("open", "settled", "cancelled")),
        "change": MINISTRY,
        "create": MINISTRY,
        "private": MINISTRY | AUDITS,
    }
    blanks: ClassVar[dict[str, Any]] = {"opened_on": NONE, "settled_on": NONE, "rule": NONE, "closes_on": NONE}
    RULES = (
        ("applicants", _("the applicants' best stable one")),
        ("hosts", _("the hosts' best stable one")),
        ("wishes", _("as many first wishes as can be")),
        ("welfare", _("the best for both sides together")),
    )

    state = state_field(ROUND)
    agreement = models.ForeignKey(
        StayAgreement, models.PROTECT, verbose_name=_("agreement on stays"), related_name="rounds"
    )
    title = I18nCharField(_("title"), max_length=200)
    about = I18nTextField(_("text of the call"), blank=True)
    year = models.PositiveSmallIntegerField(_("year"), help_text=_("In which the stays count as places."))
    closes_on = models.DateField(_("last day to apply"), null=True, blank=True)
    officer = models.ForeignKey(Person, models.PROTECT, verbose_name=_("officer"), related_name="+")
    opened_on = models.DateField(_("opened on"), null=True, editable=False)
    settled_on = models.DateField(_("places given on"), null=True, editable=False)
    terms = models.TextField(editable=False, blank=True)  #: the id and version of the pack, or its text, when it opened
    commitment = models.CharField(_("hash of the lot's seed"), max_length=64, blank=True, editable=False)
    seed = models.CharField(max_length=64, blank=True, editable=False)  #: shown when places are given
    rule = models.CharField(_("chosen allocation"), max_length=12, choices=RULES, blank=True, editable=False)
    chosen = models.JSONField(default=dict, editable=False)  #: the allocation that an officer chose, with its basis

    class Meta:
        ordering = ("-year", "-pk")
        verbose_name = _("round of stays")
        verbose_name_plural = _("rounds of stays")
        constraints = tuple(ROUND.constraints("round"))

    def __str__(self) -> str:
        return str(self.title)

    @property
    def pack(self) -> packs.Pack:
        """The rules as they were when it opened; until then those of the agreement."""
        if not self.terms:
            return self.agreement.pack
        name, _at, version = self.terms.partition("@")
        return parsed(self.terms) if "\n" in self.terms else packs.load(name, version)

    @property
    def direction(self) -> str:
        return OUTGOING if self.agreement.direction == OUTGOING else INCOMING


class Host(Row):
    """A host of a round with its places. It answers by a mail link, or by letter and an officer types it in."""

    lifecycle: ClassVar[Lifecycle | None] = HOST_LIFE
    rules: ClassVar[dict[str, Rule]] = {
        "view": STAFF,
        "change": MINISTRY,
        "create": MINISTRY,
    }
    blanks: ClassVar[dict[str, Any]] = {"answer_by": NONE, "answered_on": NONE}

    state = state_field(HOST_LIFE)
    round = models.ForeignKey(Round, models.PROTECT, verbose_name=_("round of stays"), related_name="hosts")
    name = models.CharField(_("host"), max_length=150, help_text=_("The person who receives the guest."))
    organisation = models.CharField(_("organisation"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    orcid = models.CharField(_("ORCID"), max_length=19, blank=True, validators=[ORCID])
    field = models.CharField(_("field of research"), max_length=120, blank=True)
    places = models.PositiveSmallIntegerField(_("places"), default=1)
    minimum = models.PositiveSmallIntegerField(_("at least"), default=0, help_text=_("Fewer guests are not received."))
    answer_by = models.DateField(_("answer due"), null=True, editable=False)
    answered_on = models.DateField(_("answered on"), null=True, editable=False)
    key = key_field()

    class Meta:
        ordering = ("round", "organisation", "name")
        verbose_name = _("host of a round")
        verbose_name_plural = _("hosts of rounds")
        constraints = tuple(HOST_LIFE.constraints("host"))

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}"

    @property
    def language(self) -> str:
        """In which the host is written to."""
        away = self.round.direction == OUTGOING
        return language_at(self.email, self.round.agreement.country.code if away else settings.HOME)

    def clean(self) -> None:
        super().clean()
        if self.minimum > self.places:
            raise ValidationError({"minimum": _("It is more than there are places.")})


class Demand(Row):
    """At least or at most so many over several hosts, a field or a country, whoever gets the places."""

    rules: ClassVar[dict[str, Rule]] = {"view": STAFF, "change": MINISTRY, "create": MINISTRY}
    blanks: ClassVar[dict[str, Any]] = {
        **dict.fromkeys(("least", "most"), NONE),
        **dict.fromkeys(("field", "country", "hosts"), _("all")),
    }

    round = models.ForeignKey(Round, models.CASCADE, verbose_name=_("round of stays"), related_name="demands")
    title = models.CharField(_("title"), max_length=120)
    hosts = models.ManyToManyField(Host, verbose_name=_("hosts"), blank=True, related_name="+")
    field = models.CharField(_("field of research"), max_length=120, blank=True, help_text=_("Of the applicant."))
    country = models.ForeignKey(
        Country, models.PROTECT, verbose_name=_("country"), null=True, blank=True, related_name="+"
    )
    least = models.PositiveSmallIntegerField(_("at least"), null=True, blank=True)
    most = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)

    class Meta:
        ordering = ("round", "pk")
        verbose_name = _("demand on places")
        verbose_name_plural = _("demands on places")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.least is None and self.most is None:
            raise ValidationError(_("Say at least how many, or at most."))
