"""Agreements through their life, joint committees and what they decide, work plans. What is late is computed."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from udsyn.desk.evidence.sayings import fields_in
from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, entry_field, state_field
from udsyn.desk.kernel.permissions import ABROAD, MINISTRY, READS_ALL, STAFF, Is, Mine, Rule, Serves, SignedIn, Through
from udsyn.desk.kernel.wording import NO_END, NONE, NOT_KNOWN
from udsyn.desk.rooms.cooperation.states import (
    ACTION,
    AGREEMENT,
    INITIATIVE,
    MEETING,
    MOST_MONTHS,
    PUBLIC_STATES,
    STANDING,
    WORK_PLAN,
    last_day_of_notice,
)
from udsyn.desk.rooms.parties.models import Country, Interval, Organisation, Person, as_known
from udsyn.desk.tools.written import lines

COUNTRY_STAFF = Serves(ABROAD, "country", "country__code")


class Agreement(Row):
    """A memorandum of understanding or treaty. An amendment is an agreement that amends another one.

    Unknown duration or renewal is a value of its own: an agreement without a known end is not one without an end.
    """

    lifecycle: ClassVar[Lifecycle | None] = AGREEMENT
    rules: ClassVar[dict[str, Rule]] = {
        "view": READS_ALL
        | COUNTRY_STAFF
        | (STAFF & Is("confidential", (False,)))
        | (SignedIn() & Is("confidential", (False,)) & Is("state", PUBLIC_STATES)),
        "change": MINISTRY,
        "create": MINISTRY,
        "private": STAFF,
    }
    blanks: ClassVar[dict[str, Any]] = {
        "ends": lambda row: NO_END if row.duration == "open" else NOT_KNOWN,
        "notice_by": lambda row: NONE if row.duration == "open" or row.renewal == "none" else NOT_KNOWN,
        "owner": NONE,
        "amends": NONE,
        "replaces": NONE,
    }
    KINDS = (
        ("mou", _("memorandum of understanding")),
        ("treaty", _("intergovernmental agreement")),
        ("letter", _("letter of understanding")),
        ("plan", _("action plan")),
        ("amendment", _("amendment")),
        ("other", _("other")),
    )
    RENEWALS = (
        ("tacit", _("renews itself")),
        ("explicit", _("by a new decision")),
        ("none", _("not renewable")),
        ("unknown", _("not known")),
    )
    DURATIONS = (("until", _("until a date")), ("open", _("no end")), ("unknown", _("not known")))

    state = state_field(AGREEMENT)
    stands_as = entry_field(AGREEMENT)
    title = I18nCharField(_("title"), max_length=300)
    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("country"), related_name="agreements")
    kind_of = models.CharField(_("kind"), max_length=12, choices=KINDS, default="mou")
    signed = models.DateField(_("signed"), null=True, blank=True)
    signed_precision = models.CharField(
        _("precision of the date"),
        max_length=5,
        default="day",
        choices=(("day", _("day")), ("month", _("month")), ("year", _("year"))),
    )
    starts = models.DateField(_("in force from"), null=True, blank=True)
    duration = models.CharField(_("duration"), max_length=8, choices=DURATIONS, default="unknown")
    ends = models.DateField(_("in force until"), null=True, blank=True)
    confirmed_on = models.DateField(
        _("last seen in force"), null=True, blank=True, help_text=_("The last day on which a source shows it in force.")
    )
    renewal = models.CharField(_("renewal"), max_length=8, choices=RENEWALS, default="unknown")
    notice_months = models.PositiveSmallIntegerField(
        _("notice in months"), null=True, blank=True, validators=[MaxValueValidator(MOST_MONTHS)]
    )
    fields_named = models.TextField(_("fields named"), blank=True, help_text=_("One field a line."))
    summary = I18nTextField(_("summary"), blank=True, null=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, verbose_name=_("responsible"), null=True, blank=True)
    amends = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("amends"), null=True, blank=True, related_name="amendments"
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("replaces"), null=True, blank=True, related_name="replaced_by"
    )
    confidential = models.BooleanField(_("confidential"), default=False)
    note = models.TextField(_("note for colleagues"), blank=True)

    class Meta:
        ordering = ("title", "pk")
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = (
            *AGREEMENT.constraints("agreement"),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="agreement_ends_after_start",
            ),
            models.CheckConstraint(
                condition=(Q(duration="until") & Q(ends__isnull=False)) | (~Q(duration="until") & Q(ends__isnull=True)),
                name="agreement_end_fits_duration",
            ),
        )

    def __str__(self) -> str:
        return str(self.title)

    @property
    def signed_text(self) -> date | str | None:
        """The date as precisely as it is known: a day, or a month or year as text."""
        return as_known(self.signed, self.signed_precision)

    @property
    def topics(self) -> list[str]:
        return lines(self.fields_named)

    @property
    def areas(self) -> list[str]:
        """The same as the reader calls them."""
        return fields_in(self.topics)

    def in_force_on(self, day: date) -> bool | None:
        """True, False, or None where what we know does not say."""
        if self.state in ("exploring", "negotiating", "clearance", "text_agreed"):
            return False
        begin = self.starts or self.signed
        if begin is None:
            return None
        if day < begin or (self.ends and day > self.ends):
            return False
        if self.state in ("lapsed", "terminated", "superseded"):
            return None if self.ends is None else True
        if self.confirmed_on and day <= self.confirmed_on:
            return True
        return True if self.duration != "unknown" else None

    @property
    def in_force(self) -> bool | None:
        return self.in_force_on(timezone.localdate())

    @property
    def in_force_word(self) -> Any:
        """What is said where it cannot be said whether it is in force: when it last was, if a source shows that."""
        if not self.confirmed_on:
            return NOT_KNOWN
        seen = formats.date_format(self.confirmed_on, "DATE_FORMAT")
        return gettext("in force when last seen on %(day)s, confirm") % {"day": seen}

    @property
    def notice_by(self) -> date | None:
        """The last day on which notice can be given before the present period ends; None where it is unknown."""
        return last_day_of_notice(self.ends, self.notice_months)

    @property
    def days_left(self) -> int | None:
        return (self.ends - timezone.localdate()).days if self.ends else None

    @classmethod
    def public(cls) -> Any:
        """Those that everybody may know of: what was signed is no secret, unless it is marked as one."""
        return cls.objects.filter(confidential=False, state__in=PUBLIC_STATES)

    @staticmethod
    def standing_on(day: date) -> Q:
        """Those that count as held on a day: nobody has ended them, and their end has not passed."""
        return Q(state__in=STANDING) & ~AGREEMENT.on("expired", day)

    @property
    def stands(self) -> bool:
        """The same of one, today."""
        return self.state in STANDING and self.state_now != "expired"


VIA_AGREEMENT = Through("agreement", Agreement.rules["view"])


class AgreementParty(Row):
    rules: ClassVar[dict[str, Rule]] = {"view": VIA_AGREEMENT, "change": MINISTRY, "create": MINISTRY}
    SIDES = (("home", _("home")), ("partner", _("partner")))

    agreement = models.ForeignKey(Agreement, models.CASCADE, verbose_name=_("agreement"), related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("organisation"))
    side = models.CharField(_("side"), max_length=8, choices=SIDES)

    class Meta:
        ordering = ("side", "organisation__name")
        verbose_name = _("party")
        verbose_name_plural = _("parties")

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_side_display()})"


class Committee(Row):
    """The joint committee or steering group that keeps an agreement alive."""

    rules: ClassVar[dict[str, Rule]] = {"view": STAFF & VIA_AGREEMENT, "change": MINISTRY, "create": MINISTRY}

    agreement = models.ForeignKey(Agreement, models.PROTECT, verbose_name=_("agreement"), related_name="committees")
    name = I18nCharField(_("name"), max_length=200)
    interval_months = models.PositiveSmallIntegerField(_("months between meetings"), null=True, blank=True)

    class Meta:
        ordering = ("agreement__country__code",)
        verbose_name = _("joint committee")
        verbose_name_plural = _("joint committees")

    def __str__(self) -> str:
        return str(self.name)


OF_COUNTRY = Serves(ABROAD, "country", "committee__agreement__country__code")


class Meeting(Row):
    """A meeting of a joint committee; its minutes and action points are the unit that is tracked."""

    lifecycle: ClassVar[Lifecycle | None] = MEETING
    rules: ClassVar[dict[str, Rule]] = {
        "view": Through("committee", Committee.rules["view"]),
        "change": MINISTRY | OF_COUNTRY,
        "create": MINISTRY | OF_COUNTRY,
    }

    state = state_field(MEETING)
    committee = models.ForeignKey(Committee, models.PROTECT, verbose_name=_("joint committee"), related_name="meetings")
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    starts = models.DateTimeField(_("begins"))
    ends = models.DateTimeField(_("ends"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    agenda = models.TextField(_("agenda"), blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    decisions = models.TextField(_("decisions"), blank=True, help_text=_("One decision a line."))

    class Meta:
        ordering = ("-starts",)
        verbose_name = _("committee meeting")
        verbose_name_plural = _("committee meetings")
        constraints = tuple(MEETING.constraints("meeting"))

    def __str__(self) -> str:
        called = gettext("Meeting %(number)s") % {"number": self.number} if self.number else gettext("Meeting")
        day = formats.date_format(timezone.localdate(self.starts))
        return f"{called}, {self.committee.agreement.country.name}, {day}"

    @property
    def country(self) -> Country:
        return self.committee.agreement.country

    @property
    def decision_list(self) -> list[str]:
        return lines(self.decisions)


class WorkPlan(Row):
    """A work plan or action plan under an agreement, with numbered initiatives."""

    history_table = "cooperation_historicalprogramme"
    lifecycle: ClassVar[Lifecycle | None] = WORK_PLAN
    rules: ClassVar[dict[str, Rule]] = {"view": STAFF & VIA_AGREEMENT, "change": MINISTRY, "create": MINISTRY}

    state = state_field(WORK_PLAN)
    agreement = models.ForeignKey(Agreement, models.PROTECT, verbose_name=_("agreement"), related_name="work_plans")
    title = I18nCharField(_("title"), max_length=200)
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        db_table = "cooperation_programme"
        ordering = ("agreement__country__code", "-starts")
        verbose_name = _("work plan")
        verbose_name_plural = _("work plans")
        constraints = (*WORK_PLAN.constraints("workplan"), Interval.constraint("workplan"))

    def __str__(self) -> str:
        return str(self.title)


class Initiative(Row):
    lifecycle: ClassVar[Lifecycle | None] = INITIATIVE
    rules: ClassVar[dict[str, Rule]] = {
        "view": Through("work_plan", WorkPlan.rules["view"]),
        "change": MINISTRY | Mine("owner_id"),
        "create": MINISTRY,
    }
    blanks: ClassVar[dict[str, Any]] = {"owner": NONE, "due": NONE}

    state = state_field(INITIATIVE)
    work_plan = models.ForeignKey(
        WorkPlan, models.PROTECT, verbose_name=_("work plan"), db_column="programme_id", related_name="initiatives"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title = I18nCharField(_("title"), max_length=200)
    owner = models.ForeignKey(Person, models.PROTECT, verbose_name=_("responsible"), null=True, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)

    class Meta:
        ordering = ("work_plan", "number")
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        constraints = (
            *INITIATIVE.constraints("initiative"),
            models.UniqueConstraint(fields=("work_plan", "number"), name="initiative_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class ActionPoint(Row):
    """What somebody promised to do, by when. Overdue is computed from the day, never stored."""

    lifecycle: ClassVar[Lifecycle | None] = ACTION
    rules: ClassVar[dict[str, Rule]] = {
        "view": (STAFF & VIA_AGREEMENT) | Mine("owner_id"),
        "change": MINISTRY | Mine("owner_id") | Serves(ABROAD, "country", "agreement__country__code"),
        "create": MINISTRY | Serves(ABROAD, "country", "agreement__country__code"),
    }
    blanks: ClassVar[dict[str, Any]] = {"owner": NONE, "due": NONE, "meeting": NONE}

    state = state_field(ACTION)
    agreement = models.ForeignKey(Agreement, models.PROTECT, verbose_name=_("agreement"), related_name="action_points")
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, verbose_name=_("decided at"), null=True, blank=True, related_name="action_points"
    )
    text = models.CharField(_("what"), max_length=300)
    owner = models.ForeignKey(Person, models.PROTECT, verbose_name=_("responsible"), null=True, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    result = models.TextField(_("what came of it"), blank=True)

    class Meta:
        ordering = (F("due").asc(nulls_last=True), "pk")
        verbose_name = _("action point")
        verbose_name_plural = _("action points")
        constraints = tuple(ACTION.constraints("actionpoint"))

    def __str__(self) -> str:
        return self.text

    @property
    def overdue(self) -> bool:
        return ACTION.derived(self) is not None
