"""Technology offers and requests, and the requests of clients in which they were answered.

Who stands behind one is known to colleagues only: contact goes through the desk. A profile of the Enterprise Europe
Network is anonymous by its rules even to them: it names no body, patent, address or link; its adviser is written to.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import ABROAD, MINISTRY, STAFF, Anyone, Has, Is, Rule, Through
from udsyn.desk.kernel.wording import EVERYWHERE, NONE
from udsyn.desk.rooms.parties.models import Country, Organisation, Person
from udsyn.desk.rooms.service.models import Request
from udsyn.desk.rooms.technology.states import OFFER
from udsyn.desk.tools.written import lines
from udsyn.evidence.technology.offers import Profile
from udsyn.record.patents.tables import number_of

EEN = "een"
SYMBOL = re.compile(r"[A-HY]\d\d[A-Z](\d{1,4}(/\d{2,6})?)?")
#: what tells who stands behind a text: an address of the web or of mail, a patent's number
TELLING = re.compile(r"(?i:https?://)\S+|\bwww\.\S+|\S+@\S+\.\S+|\b[A-Z]{2}[ -]?\d[\d ,/]{5,}\d(?:[ -]?[A-Z]\d?)?\b")
WORKS = MINISTRY | Has(ABROAD)


class Offer(Row):
    """What somebody offers or looks for, in words that an outsider may read."""

    lifecycle: ClassVar[Lifecycle | None] = OFFER
    rules: ClassVar[dict[str, Rule]] = {
        "view": STAFF | (Anyone() & Is("state", ("open",))),
        "change": WORKS,
        "create": WORKS,
        "private": STAFF,
    }
    blanks: ClassVar[dict[str, Any]] = {
        **dict.fromkeys(("classes", "patents", "number", "contact", "organisation", "note"), NONE),
        "looks_for": EVERYWHERE,
    }
    KINDS = (("offer", _("technology offer")), ("request", _("technology request")))
    SOURCES = (
        ("desk", _("written here")),
        (EEN, _("Enterprise Europe Network")),
        ("university", _("a university's office")),
        ("other", _("another source")),
    )
    STAGES = (
        ("idea", _("an idea or concept")),
        ("laboratory", _("shown in the laboratory")),
        ("prototype", _("a prototype")),
        ("demonstrated", _("demonstrated in use")),
        ("market", _("on the market")),
    )
    RIGHTS = (
        ("none", _("none")),
        ("applied", _("applied for")),
        ("granted", _("granted")),
        ("copyright", _("copyright")),
        ("secret", _("secret know-how")),
        ("unknown", _("not known")),
    )

    state = state_field(OFFER)
    kind_of = models.CharField(_("kind"), max_length=8, choices=KINDS)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), max_length=5000, help_text=_("Everybody reads it: no names, no addresses."))
    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("country"), related_name="+")
    looks_for = models.ManyToManyField(
        Country, verbose_name=_("looks for partners in"), blank=True, related_name="+", help_text=_("None is all.")
    )
    classes = models.TextField(
        _("classes of CPC"), max_length=300, blank=True, help_text=_("One a line, such as C25B1/04 or C25B.")
    )
    stage = models.CharField(
        _("stage"),
        max_length=12,
        choices=STAGES,
        blank=True,
        help_text=_("How far an offer is; of a request, how far it must be at least."),
    )
    rights = models.CharField(_("rights"), max_length=9, choices=RIGHTS, default="unknown")
    patents = models.TextField(
        _("patents"), max_length=500, blank=True, help_text=_("Numbers, one a line, such as EP-1234567-B1.")
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    expires = models.DateField(_("expires on"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=SOURCES, default="desk")
    number = models.CharField(_("its number there"), max_length=40, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("who stands behind it"), null=True, blank=True, related_name="+"
    )
    contact = models.EmailField(_("whom to write to"), blank=True, help_text=_("Of an EEN profile: its adviser."))
    keeper = models.ForeignKey(
        Person, models.SET_NULL, verbose_name=_("looked after by"), null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("note for colleagues"), blank=True)

    class Meta:
        ordering = ("-published_on", "-pk")
        verbose_name = _("technology offer or request")
        verbose_name_plural = _("technology offers and requests")
        constraints = (
            models.UniqueConstraint(
                fields=("source", "number"), condition=~models.Q(number=""), name="offer_number_once"
            ),
            *OFFER.constraints("offer"),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        self.classes = "\n".join(line.replace(" ", "").upper() for line in lines(self.classes))
        wrong = [line for line in lines(self.classes) if not SYMBOL.fullmatch(line)]
        if wrong:
            raise ValidationError({"classes": [_("%(symbol)s is no class of CPC.") % {"symbol": wrong[0]}]})
        unread = [line for line in lines(self.patents) if number_of(line) is None]
        if unread:
            raise ValidationError({"patents": [_("%(number)s is no number of a patent.") % {"number": unread[0]}]})
        if self.source == EEN:
            self.check_anonymous()
        if self.published_on and self.expires and self.expires < self.published_on:
            raise ValidationError({"expires": [_("It ends before it begins.")]})

    def check_anonymous(self) -> None:
        """The rules of the Enterprise Europe Network for its profiles."""
        rule = _("A profile of the Enterprise Europe Network is anonymous: leave it out.")
        named = {name: [rule] for name in ("organisation", "patents") if getattr(self, name)}
        read = {name: TELLING.search(getattr(self, name)) for name in ("title", "text")}
        told = {name: [f"{rule} ({found[0]})"] for name, found in read.items() if found}
        if named or told:
            raise ValidationError(named | told)
        if not self.number:
            raise ValidationError({"number": [_("Write its number: by it alone its adviser knows whose it is.")]})

    @property
    def reference(self) -> str:
        """How it is called in the mails of others: by the source's number, else by ours."""
        return self.number or f"{self.country.code}-{self.pk}"

    def as_profile(self) -> Profile:
        return Profile(
            key=self.pk,
            kind=self.kind_of,
            title=self.title,
            text=self.text,
            country=self.country.code,
            looks_for=frozenset(country.code for country in self.looks_for.all()),
            classes=tuple(lines(self.classes)),
            stage=self.stage or None,
        )


class Interest(Row):
    """An offer or request that is answered in a client's request: its owner is a candidate there."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": Through("request", Request.rules["view"]),
        "create": Through("request", Request.rules["change"]),
    }

    offer = models.ForeignKey(Offer, models.CASCADE, verbose_name=_("technology"), related_name="interests")
    request = models.ForeignKey(Request, models.CASCADE, verbose_name=_("request"), related_name="+")
    on = models.DateField(_("answered on"))

    class Meta:
        ordering = ("-on", "-pk")
        verbose_name = _("answer to a technology offer")
        verbose_name_plural = _("answers to technology offers")
        constraints = (models.UniqueConstraint(fields=("offer", "request"), name="interest_once"),)

    def __str__(self) -> str:
        return f"{self.offer} – {self.request}"
