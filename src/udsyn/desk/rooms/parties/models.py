"""Countries, organisations, people; users and what they are granted. A person is not a user, a link has an interval."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField

from udsyn import facts
from udsyn.desk.kernel.models import Row, RowQuerySet
from udsyn.desk.kernel.permissions import (
    ABROAD,
    ADMINISTERS,
    AUDITS,
    MINISTRY,
    NUMBERED,
    ROLES,
    SCOPES,
    STAFF,
    Anyone,
    Has,
    Mine,
    Rule,
    Through,
)
from udsyn.desk.kernel.personal import BASES
from udsyn.desk.kernel.wording import EVERYWHERE, NO_END, NONE, language, town


def scope_of(value: str) -> None:
    kind, colon, name = value.partition(":")
    if value and not (colon and name and kind in SCOPES and (kind not in NUMBERED or name.isdecimal())):
        raise ValidationError(
            _("Write a scope as centre:seoul, country:KR or, for %(kinds)s, event:7; empty is everywhere.")
            % {"kinds": ", ".join(sorted(NUMBERED))}
        )


class Interval(models.Model):
    """From a day to a day, both included; an open side is empty."""

    blanks: ClassVar[dict[str, Any]] = {"ends": NO_END}

    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return (self.starts is None or self.starts <= day) and (self.ends is None or day <= self.ends)

    @staticmethod
    def on(day: date) -> Q:
        """The same as a filter."""
        return (Q(starts__isnull=True) | Q(starts__lte=day)) & (Q(ends__isnull=True) | Q(ends__gte=day))

    @staticmethod
    def constraint(table: str) -> models.CheckConstraint:
        return models.CheckConstraint(
            condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
            name=f"{table}_ends_after_start",
        )


def as_known(day: date | None, precision: str) -> date | str | None:
    """A date as precisely as it is known: the day itself, or its month or year as text."""
    return day.strftime({"month": "%Y-%m", "year": "%Y"}[precision]) if day and precision != "day" else day


class Country(Row):
    rules: ClassVar[dict[str, Rule]] = {
        "view": Anyone(),
        "change": MINISTRY,
        "private": STAFF,
    }
    read_by: ClassVar[tuple[str, ...]] = ("name",)

    code = models.CharField(_("code"), max_length=2, unique=True, validators=[RegexValidator(r"^[A-Z]{2}$")])
    name = I18nCharField(_("name"), max_length=200)
    note = models.TextField(_("note for colleagues"), blank=True)

    class Meta:
        ordering = ("code",)
        verbose_name = _("country")
        verbose_name_plural = _("countries")

    def __str__(self) -> str:
        return str(self.name)


class Membership(Interval, Row):
    """A country in a group (EU, OECD, Horizon Europe associated ...) over time, with its source."""

    rules: ClassVar[dict[str, Rule]] = {"view": Anyone(), "change": MINISTRY, "create": MINISTRY}

    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("country"), related_name="memberships")
    group = models.CharField(_("group"), max_length=80)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        ordering = ("group", "country__code")
        verbose_name = _("group membership")
        verbose_name_plural = _("group memberships")
        constraints = (Interval.constraint("membership"),)

    def __str__(self) -> str:
        return f"{self.country.code} · {self.group}"


class Organisation(Row):
    rules: ClassVar[dict[str, Rule]] = {
        "view": STAFF | Mine("pk", "organisation"),
        "change": MINISTRY | Has(ABROAD),
        "create": MINISTRY | Has(ABROAD),
        "private": STAFF,
    }
    blanks: ClassVar[dict[str, Any]] = {"parent": NONE}
    KINDS = (
        ("university", _("university")),
        ("institute", _("research institute")),
        ("company", _("company")),
        ("authority", _("authority")),
        ("funder", _("funder")),
        ("hospital", _("hospital")),
        ("other", _("other")),
        ("unknown", _("not known")),
    )

    name = models.CharField(_("name"), max_length=200)
    kind_of = models.CharField(_("kind"), max_length=12, choices=KINDS, default="unknown")
    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("country"), null=True, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    ror = models.CharField(
        _("ROR id"), max_length=9, blank=True, validators=[RegexValidator(r"^0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}$")]
    )
    cvr = models.CharField(_("CVR number"), max_length=8, blank=True, validators=[RegexValidator(r"^[0-9]{8}$")])
    no_advertising = models.BooleanField(
        _("protected against advertising"),
        default=False,
        help_text=_("As the Danish register of firms (CVR) says: nobody there is written to without having asked."),
    )
    website = models.URLField(_("website"), blank=True)
    parent = models.ForeignKey("self", models.PROTECT, verbose_name=_("part of"), null=True, blank=True)
    note = models.TextField(_("note for colleagues"), blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="absorbed")

    class Meta:
        ordering = ("name",)
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = (
            models.UniqueConstraint(
                fields=("ror",), condition=~Q(ror="") & Q(merged_into__isnull=True), name="organisation_ror_once"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Person(Row):
    """Somebody the desk deals with, who need not have an account. Purpose and legal basis say why we hold the data."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": STAFF | Mine("pk"),
        "change": MINISTRY | Has(ABROAD) | Mine("pk"),
        "create": MINISTRY | Has(ABROAD),
        "private": STAFF,
    }
    blanks: ClassVar[dict[str, Any]] = {"title": NONE, "language": _("as where they work")}
    BASES = BASES

    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    family_name = models.CharField(_("family name"), max_length=100)
    title = models.CharField(_("title"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    orcid = models.CharField(
        _("ORCID"), max_length=19, blank=True, validators=[RegexValidator(r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$")]
    )
    language = models.CharField(_("is written to in"), max_length=2, choices=settings.LANGUAGES, blank=True)
    purpose = models.CharField(_("purpose of holding the data"), max_length=200, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=12, choices=BASES, default="unknown")
    keep_until = models.DateField(_("keep until"), null=True, blank=True)
    note = models.TextField(_("note for colleagues"), blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="absorbed")

    class Meta:
        ordering = ("family_name", "given_name")
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.given_name, self.family_name)))


class Affiliation(Interval, Row):
    rules: ClassVar[dict[str, Rule]] = {
        "view": Through("person", Person.rules["view"]),
        "change": MINISTRY | Has(ABROAD),
        "create": MINISTRY | Has(ABROAD),
    }

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="affiliations")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisation"), related_name="affiliations"
    )
    role = models.CharField(_("role"), max_length=120, blank=True)

    class Meta:
        ordering = ("person__family_name", "-starts")
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        constraints = (Interval.constraint("affiliation"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation}"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


def new_calendar_key() -> str:
    return secrets.token_urlsafe(24)


class User(AbstractBaseUser):
    """An account. What it may do is said by its mandates, who it is by its person."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    person = models.OneToOneField(Person, models.SET_NULL, null=True, blank=True, related_name="user")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    must_change_password = models.BooleanField(default=False, editable=False)  #: it is still the first one
    calendar_key = models.CharField(max_length=48, default=new_calendar_key, unique=True, editable=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def renew_calendar_key(self) -> None:
        """A new secret address for the calendar; the old one answers no more."""
        self.calendar_key = new_calendar_key()
        self.save(update_fields=["calendar_key"])


class Mandate(Interval, Row):
    """A role for a user, everywhere or in a scope, for an interval."""

    history_table = "parties_historicalgrant"
    rules: ClassVar[dict[str, Rule]] = {
        "view": AUDITS | Mine("user_id", "user"),
        "change": ADMINISTERS,
        "create": ADMINISTERS,
    }
    blanks: ClassVar[dict[str, Any]] = {"scope": EVERYWHERE, "starts": NONE, "ends": NO_END}

    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("user"), related_name="mandates")
    role = models.CharField(_("role"), max_length=16, choices=list(ROLES.items()))
    scope = models.CharField(
        _("scope"),
        max_length=60,
        blank=True,
        validators=[scope_of],
        help_text=_("Empty is everywhere; or centre:seoul, or country:KR."),
    )

    class Meta:
        db_table = "parties_grant"
        ordering = ("user__name", "role")
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints = (
            Interval.constraint("mandate"),
            models.CheckConstraint(condition=Q(role__in=list(ROLES)), name="mandate_role_known"),
        )

    @property
    def place(self) -> str:
        """The place in the scope by its name: Seoul, Vietnam, or nothing."""
        kind, _colon, name = self.scope.partition(":")
        if kind == "country":
            return facts.countries.name(name, language())
        return town(name.replace("-", " ").title()) if kind == "centre" else ""

    def __str__(self) -> str:
        return f"{self.user} · {ROLES[self.role]}" + (f" · {self.scope}" if self.scope else "")


class Merge(models.Model):
    """Two rows made one: what was moved and filled, so that it can be undone."""

    rules: ClassVar[dict[str, Rule]] = {"view": STAFF}

    kind = models.CharField(max_length=20)
    kept_id = models.BigIntegerField()
    gone_id = models.BigIntegerField()
    moved = models.JSONField(default=list)  #: [model, column, id] of every link that was moved
    filled = models.JSONField(default=list)  #: columns of the kept row that were empty before
    merged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering = ("-merged_at",)
