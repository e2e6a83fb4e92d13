"""What a centre does all day: requests, candidates, introductions, meetings, follow-ups, outcomes, and their log."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from udsyn import packs
from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Attached, Row, RowQuerySet, shorten, state_field
from udsyn.desk.kernel.permissions import STAFF, Is, Mine, Rule, Through
from udsyn.desk.kernel.ties import Tie
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.parties.models import Country, Interval, Organisation, Person
from udsyn.desk.rooms.posts.models import Centre, Post
from udsyn.desk.rooms.service.rules import CLIENT, OFFERED, ON_TIE, client_of, reads, works_on
from udsyn.desk.rooms.service.states import APPOINTMENT, CANDIDATE, CHECK, FOLLOWUP, INTRODUCTION, OUTCOME, REQUEST

THEMES = (
    ("energy", _("energy and climate")),
    ("digital", _("digital technology and AI")),
    ("quantum", _("quantum technology")),
    ("health", _("health and life science")),
    ("food", _("food, agriculture and bio-resources")),
    ("materials", _("materials and production")),
    ("space", _("space, ocean and Arctic")),
    ("society", _("society and humanities")),
    ("other", _("other")),
    ("unknown", _("not known")),
)
SERVICE = packs.load("centre-service").values
ANSWER_DAYS: int = SERVICE["answer_days"]  #: a request is answered within so many
#: personal data of a request are kept so long after it came, unless somebody writes another day
KEEP_YEARS: int = SERVICE["keep_years"]
FOLLOW_UPS: tuple[int, ...] = tuple(SERVICE["follow_up_days"])  #: days after the first introduction
YES_NO_UNSURE = (("no", _("no")), ("yes", _("yes")), ("unsure", _("not sure")))

#: what the log tells of
STEPS = (
    ("received", _("received")),
    ("accepted", _("taken up")),
    ("declined", _("declined")),
    ("redirected", _("passed to another centre")),
    ("contact", _("contact")),
    ("scoped", _("scoped")),
    ("listed", _("short list sent")),
    ("chosen", _("the client chose")),
    ("asked", _("candidate asked")),
    ("agreed", _("both said yes")),
    ("refused", _("candidate said no")),
    ("silent", _("no answer in time")),
    ("met", _("met")),
    ("followup_asked", _("client asked how it went")),
    ("followup_answered", _("client told how it went")),
    ("followup_silent", _("client did not answer")),
    ("outcome", _("outcome")),
    ("outcome_back", _("outcome taken back")),
    ("withdrawn", _("withdrawn")),
    ("reopened", _("reopened")),
    ("closed", _("closed")),
)


def question(label: Any, help_text: Any = "") -> models.CharField:
    """A question of triage: empty until it is answered."""
    return models.CharField(label, max_length=6, choices=YES_NO_UNSURE, blank=True, default="", help_text=help_text)


def to_answer() -> str:
    """Why a request's data are held, in the language of who writes it down."""
    return gettext("to answer the request")


def to_propose() -> str:
    """Why a candidate's data are held."""
    return gettext("to propose an introduction")


class Request(Row):
    """What a client asks of a centre, or of who serves a country without one, from the first mail to the outcome."""

    lifecycle: ClassVar[Lifecycle | None] = REQUEST
    blanks: ClassVar[dict[str, Any]] = {
        "centre": NONE,
        "handler": NONE,
        "redirected_to": NONE,
        "redirected_from": NONE,
        "result": NONE,
    }
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads() | CLIENT,
        "change": works_on(),
        "create": works_on(),
        "private": reads(),
    }
    CHANNELS = (
        ("form", _("form")),
        ("mail", _("e-mail")),
        ("typed", _("typed by a colleague")),
        ("import", _("imported")),
        ("referral", _("from another centre")),
    )
    RESULTS = (
        ("introduced", _("introduced")),
        ("answered", _("answered without an introduction")),
        ("nothing", _("nothing fitting was found")),
        ("unknown", _("not known")),
    )

    state = state_field(REQUEST)
    centre = models.ForeignKey(
        Centre, models.PROTECT, verbose_name=_("centre"), null=True, blank=True, related_name="requests"
    )
    channel = models.CharField(_("came by"), max_length=8, choices=CHANNELS, default="typed", editable=False)
    received = models.DateField(_("received"), default=timezone.localdate)
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    organisation_name = models.CharField(_("organisation"), max_length=200, blank=True)
    text = models.TextField(_("what is it about?"), max_length=20_000)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="da")

    handler = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("handled by"), null=True, blank=True, related_name="handled_requests"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("client"), null=True, blank=True, related_name="requests"
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name=_("client's organisation"),
        null=True,
        blank=True,
        related_name="requests",
    )
    client_type = models.CharField(_("client type"), max_length=12, choices=Organisation.KINDS, default="unknown")
    theme = models.CharField(_("theme"), max_length=12, choices=THEMES, default="unknown")
    country = models.ForeignKey(
        Country, models.PROTECT, verbose_name=_("partner country"), null=True, blank=True, related_name="requests"
    )
    need = models.TextField(
        _("the need"),
        max_length=3000,
        blank=True,
        help_text=_("In words that an outsider may read: candidates are found by it and are shown it. No names."),
    )
    competitors = models.ManyToManyField(
        Organisation,
        verbose_name=_("competitors"),
        blank=True,
        related_name="+",
        help_text=_("They must not learn of this request: nobody of theirs is proposed, nobody serves both."),
    )
    critical = question(_("Is the field critical research?"))
    sanctioned = question(_("Is a sanctioned country, institution or person involved?"))
    dual_use = question(_("Do export rules for dual use apply?"))
    approver = models.ForeignKey(
        Person,
        models.PROTECT,
        verbose_name=_("approver of the security check"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Asked where a trigger of research security fires; must have an account in the ministry."),
    )
    result = models.CharField(_("result"), max_length=12, choices=RESULTS, null=True, blank=True)
    redirect_to = models.ForeignKey(
        Centre, models.PROTECT, verbose_name=_("passed to"), null=True, blank=True, related_name="+"
    )
    redirected_from = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("passed on from"), null=True, editable=False, related_name="passed_on"
    )
    sender_user = models.ForeignKey("parties.User", models.SET_NULL, null=True, editable=False, related_name="+")
    purpose = models.CharField(_("purpose of holding the data"), max_length=200, default=to_answer)
    legal_basis = models.CharField(_("legal basis"), max_length=12, choices=Person.BASES, default="public_task")
    keep_until = models.DateField(_("keep until"), null=True, blank=True)
    note = models.TextField(_("note for colleagues"), blank=True)

    class Meta:
        ordering = ("-received", "-pk")
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        indexes = (
            models.Index(fields=("received",), name="request_received"),
            models.Index(fields=("email",), name="request_email"),
            models.Index(fields=("centre", "country", "state", "received"), name="request_of_country"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(centre__isnull=False) | Q(country__isnull=False), name="request_of_centre_or_country"
            ),
            *REQUEST.constraints("request"),
        )

    def __str__(self) -> str:
        return f"{self.name}: {shorten(self.text, 64)}"

    def clean(self) -> None:
        if self.keep_until is None and self.received:
            self.keep_until = self.received + dt.timedelta(days=round(365.25 * KEEP_YEARS))
        if self.received and self.received > timezone.localdate():
            raise ValidationError({"received": _("This day is still to come.")})
        if self.centre_id is None and self.country_id is None:
            raise ValidationError(_("Say which centre it belongs to, or which country."))
        if self.organisation and self.client_type == "unknown":
            self.client_type = self.organisation.kind_of

    @property
    def answer_due(self) -> dt.date:
        return self.received + dt.timedelta(days=ANSWER_DAYS)

    @property
    def partner(self) -> Country:
        """The country it is about; the centre's own where no other is named."""
        if self.country:
            return self.country
        assert self.centre is not None  # one of them is there, says the table
        return self.centre.country

    @property
    def office(self) -> str:
        """Who answers: the centre; where there is none, the post that serves the country."""
        if self.centre:
            return str(self.centre)
        posts = Post.objects.filter(Interval.on(timezone.localdate()), country=self.country_id, centre=None)
        return capfirst(str(posts.first() or self.partner))


class Candidate(Row):
    """Somebody who may be introduced: found in the record with reasons, or added by hand."""

    lifecycle: ClassVar[Lifecycle | None] = CANDIDATE
    blanks: ClassVar[dict[str, Any]] = {"person": NONE, "author": NONE, "score": NONE, "reasons": NONE, "path": NONE}
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("request__") | (client_of("request") & OFFERED),
        "change": works_on("request__") & Is("state", ("found", "vetted", "shortlisted", "chosen")),
        "create": works_on("request__"),
        "private": reads("request__"),
    }

    state = state_field(CANDIDATE)
    request = models.ForeignKey(Request, models.CASCADE, verbose_name=_("request"), related_name="candidates")
    name = models.CharField(_("name"), max_length=200)
    institution = models.CharField(_("institution"), max_length=250, blank=True)
    country = models.ForeignKey(
        Country, models.PROTECT, verbose_name=_("country"), null=True, blank=True, related_name="+"
    )
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="en")
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("person"), null=True, blank=True, related_name="candidacies"
    )
    author = models.CharField(_("author in the record"), max_length=20, blank=True)
    score = models.FloatField(_("score"), null=True, editable=False)
    reasons = models.JSONField(_("reasons"), default=list, blank=True, editable=False)
    path = models.JSONField(_("way to them"), default=list, blank=True, editable=False)
    why = models.TextField(_("why"), max_length=2000, blank=True, help_text=_("The client reads this."))
    purpose = models.CharField(_("purpose of holding the data"), max_length=200, default=to_propose)
    legal_basis = models.CharField(_("legal basis"), max_length=12, choices=Person.BASES, default="public_task")
    note = models.TextField(_("note for colleagues"), blank=True)

    class Meta:
        ordering = ("request_id", "pk")
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = (
            models.UniqueConstraint(
                fields=("request", "author"), condition=~Q(author=""), name="candidate_author_once"
            ),
            *CANDIDATE.constraints("candidate"),
        )

    def __str__(self) -> str:
        return ", ".join(dict.fromkeys(filter(None, (self.name, self.institution))))  # a firm is its own institution

    @property
    def way(self) -> str:
        """Through whom they are reached, as the record knows it."""
        return " → ".join(
            ", ".join(filter(None, (step["name"], step.get("institution")))) for step in self.path if step.get("name")
        )

    @property
    def address(self) -> str:
        return self.email or (self.person.email if self.person else "")


class Introduction(Row):
    """A client and a candidate, and whether both said yes. The client said yes on the short list."""

    lifecycle: ClassVar[Lifecycle | None] = INTRODUCTION
    blanks: ClassVar[dict[str, Any]] = {"client_yes_at": NONE, "agreed_at": NONE}
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("candidate__request__") | Through("candidate", client_of("request")),
        "change": works_on("candidate__request__"),
        "private": reads("candidate__request__"),
    }

    state = state_field(INTRODUCTION)
    candidate = models.OneToOneField(
        Candidate, models.CASCADE, verbose_name=_("candidate"), related_name="introduction"
    )
    client_yes_at = models.DateTimeField(_("the client said yes"), editable=False)
    agreed_at = models.DateTimeField(_("both said yes"), null=True, editable=False)
    note = models.TextField(_("note for colleagues"), blank=True)

    class Meta:
        ordering = ("-created",)
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        indexes = (
            models.Index(fields=("created",), name="introduction_created"),
            models.Index(fields=("agreed_at",), name="introduction_agreed"),
        )
        constraints = tuple(INTRODUCTION.constraints("introduction"))

    def __str__(self) -> str:
        return f"{self.candidate.request.name} – {self.candidate.name}"

    @property
    def request(self) -> Request:
        return self.candidate.request


class Appointment(Row):
    """A meeting of the two; both get a calendar file that later mails update or cancel in place."""

    lifecycle: ClassVar[Lifecycle | None] = APPOINTMENT
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("introduction__candidate__request__")
        | Through("introduction", Through("candidate", client_of("request"))),
        "change": works_on("introduction__candidate__request__") & Is("state", ("planned",)),
        "create": works_on("introduction__candidate__request__"),
        "private": reads("introduction__candidate__request__"),
    }

    state = state_field(APPOINTMENT)
    introduction = models.ForeignKey(
        Introduction, models.CASCADE, verbose_name=_("introduction"), related_name="appointments"
    )
    starts = models.DateTimeField(_("begins"))
    ends = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    note = models.TextField(_("note for colleagues"), blank=True)

    class Meta:
        ordering = ("-starts",)
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = (
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="appointment_ends_after_start"),
            *APPOINTMENT.constraints("appointment"),
        )

    def __str__(self) -> str:
        return f"{self.introduction} · {timezone.localtime(self.starts):%Y-%m-%d %H:%M}"

    def clean(self) -> None:
        if self.starts and self.ends and self.ends <= self.starts:
            raise ValidationError({"ends": _("It ends before it begins.")})
        if self.introduction_id and self.introduction.state not in ("agreed", "met"):
            raise ValidationError(_("A meeting is arranged when both have said yes."))


class FollowUp(Row):
    """One question to the client after a while: did you meet, what came of it."""

    lifecycle: ClassVar[Lifecycle | None] = FOLLOWUP
    blanks: ClassVar[dict[str, Any]] = {"answer": NONE, "satisfied": NONE, "answered_at": NONE}
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("request__") | client_of("request"),
        "change": works_on("request__"),
        "private": reads("request__"),
    }
    ANSWERS = (
        ("outcome", _("something came of it")),
        ("working", _("we work together")),
        ("talked", _("we have talked")),
        ("waiting", _("we have not spoken yet")),
        ("nothing", _("nothing came of it")),
    )
    SATISFACTION = (("yes", _("yes")), ("partly", _("partly")), ("no", _("no")))

    state = state_field(FOLLOWUP)
    request = models.ForeignKey(Request, models.CASCADE, verbose_name=_("request"), related_name="followups")
    after = models.PositiveIntegerField(_("days after the introduction"), editable=False)
    due = models.DateField(_("due"))
    answer = models.CharField(_("answer"), max_length=8, choices=ANSWERS, null=True, editable=False)
    satisfied = models.CharField(
        _("was the help useful?"), max_length=6, choices=SATISFACTION, blank=True, editable=False
    )
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    words = models.TextField(_("in the client's words"), max_length=2000, blank=True, editable=False)

    class Meta:
        ordering = ("due", "pk")
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = (
            models.UniqueConstraint(fields=("request", "after"), name="followup_once"),
            *FOLLOWUP.constraints("followup"),
        )

    def __str__(self) -> str:
        return f"{self.request.name}: {self.due}"


class Outcome(Row):
    """What came of a request or of any tie: typed, dated, with evidence, amount, and whether it would have come anyway.

    Every instrument makes ties, so through its tie an outcome hangs on an agreement, a stay or a centre as well.
    """

    lifecycle: ClassVar[Lifecycle | None] = OUTCOME
    blanks: ClassVar[dict[str, Any]] = {"introduction": NONE, "evidence": NONE, "request": NONE, "tie": NONE}
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("request__") | client_of("request") | ON_TIE,
        "change": works_on("request__") | ON_TIE,
        "create": works_on("request__") | ON_TIE,
        "private": reads("request__") | ON_TIE,
    }
    KINDS = (
        ("agreement", _("agreement")),
        ("application", _("joint application")),
        ("grant", _("joint grant")),
        ("stay", _("stay or hire")),
        ("publication", _("joint publication")),
        ("pilot", _("pilot")),
        ("contract", _("licence or contract")),
        ("investment", _("investment")),
        ("move", _("move to another organisation")),
        ("other", _("other")),
    )
    ADDITIONALITY = (
        ("would_not", _("would not have come without the centre")),
        ("later", _("would have come later")),
        ("smaller", _("would have been smaller")),
        ("anyway", _("would have come anyway")),
        ("unknown", _("not known")),
    )

    state = state_field(OUTCOME)
    request = models.ForeignKey(
        Request, models.CASCADE, verbose_name=_("request"), null=True, blank=True, related_name="outcomes"
    )
    tie = models.ForeignKey(
        Tie, models.PROTECT, verbose_name=_("tie"), null=True, editable=False, related_name="outcomes"
    )
    introduction = models.ForeignKey(
        Introduction, models.PROTECT, verbose_name=_("introduction"), null=True, blank=True, related_name="outcomes"
    )
    kind_of = models.CharField(_("kind"), max_length=12, choices=KINDS)
    title = models.CharField(_("title"), max_length=200)
    date = models.DateField(_("date"), null=True, blank=True)
    evidence = models.URLField(_("evidence"), blank=True, help_text=_("An address that shows it; or attach a file."))
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="DKK")
    additionality = models.CharField(_("without the centre"), max_length=10, choices=ADDITIONALITY, default="unknown")
    note = models.TextField(_("note for colleagues"), blank=True)

    class Meta:
        ordering = ("-date", "-pk")
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = (
            models.CheckConstraint(
                condition=Q(request__isnull=False) | Q(tie__isnull=False), name="outcome_of_request_or_tie"
            ),
            *OUTCOME.constraints("outcome"),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.date and self.date > timezone.localdate():
            raise ValidationError({"date": _("This day is still to come.")})
        if self.request_id is None and self.tie_id is None:
            raise ValidationError({"request": _("Say which request it came of.")})
        if self.introduction and self.request_id and self.introduction.candidate.request_id != self.request_id:
            raise ValidationError({"introduction": _("This introduction belongs to another request.")})


class Check(Row):
    """Research security: which triggers fired and why, who was asked, and what that person decided. Never a score."""

    lifecycle: ClassVar[Lifecycle | None] = CHECK
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("request__") | Mine("approver_id"),
        "change": works_on("request__") & Is("state", ("open",)),
        "private": reads("request__"),
    }

    state = state_field(CHECK)
    request = models.OneToOneField(Request, models.CASCADE, verbose_name=_("request"), related_name="check_of")
    triggers = models.JSONField(_("triggers"), default=list, editable=False)
    approver = models.ForeignKey(Person, models.PROTECT, verbose_name=_("approver"), related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, verbose_name=_("asked by"), null=True, related_name="+")
    evidence = models.TextField(_("evidence"), blank=True, help_text=_("What was looked up, where and when."))

    class Meta:
        ordering = ("-created",)
        verbose_name = _("security check")
        verbose_name_plural = _("security checks")
        constraints = tuple(CHECK.constraints("check"))

    def __str__(self) -> str:
        return str(self.request)

    @property
    def passed(self) -> bool:
        return self.state in ("cleared", "conditional", "void")


class Step(Row):
    """One line of a request's log. Written by the verbs, with the moment it happened; key figures come from here alone.

    A contact that a colleague logs is a step too, with its note and minutes.
    """

    blanks: ClassVar[dict[str, Any]] = {"detail": NONE}
    rules: ClassVar[dict[str, Rule]] = {
        "view": reads("request__") | (client_of("request") & Is("what", ("received", "accepted", "agreed", "met"))),
        "private": reads("request__"),
    }
    HOW = (("mail", _("e-mail")), ("phone", _("telephone")), ("meeting", _("meeting")), ("event", _("event")))

    request = models.ForeignKey(Request, models.CASCADE, verbose_name=_("request"), related_name="steps")
    what = models.CharField(_("what"), max_length=18, choices=STEPS)
    at = models.DateTimeField(_("when"), default=timezone.now)
    about = models.BigIntegerField(null=True, editable=False)  #: id of the introduction, follow-up or outcome meant
    detail = models.CharField(_("detail"), max_length=40, blank=True)  #: after how many days, which kind, ...
    how = models.CharField(_("how"), max_length=8, choices=HOW, blank=True)
    minutes = models.PositiveIntegerField(_("minutes of work"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=5000, blank=True)
    by = models.ForeignKey(Person, models.SET_NULL, verbose_name=_("by"), null=True, editable=False, related_name="+")

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("log line")
        verbose_name_plural = _("log")
        indexes = (
            models.Index(fields=("what", "at")),
            models.Index(fields=("at",), name="step_at"),
            models.Index(fields=("request", "what"), name="step_of_request"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(what__in=[code for code, _label in STEPS]), name="step_what_known"),
        )

    def __str__(self) -> str:
        return self.get_what_display()


class Link(Attached):
    """A mail link: signed, for one purpose and one recipient, ending on a day. Its secret is never stored."""

    PURPOSES = (("shortlist", "short list"), ("consent", "consent"), ("followup", "follow-up"))

    purpose = models.CharField(max_length=10, choices=PURPOSES)
    recipient = models.EmailField()
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(null=True)  #: set when the mail leaves
    used = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("kind", "object_id")),)

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which it can be answered."""
        return self.expires and timezone.localdate(self.expires - dt.timedelta(seconds=1))


class OptOut(models.Model):
    """Somebody who must not be asked again: known by a hash of the address, or by the author's id in the record."""

    rules: ClassVar[dict[str, Rule]] = {"view": STAFF}

    digest = models.CharField(max_length=64, blank=True, editable=False)
    author = models.CharField(_("author in the record"), max_length=20, blank=True)
    since = models.DateField(_("since"), default=timezone.localdate)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering = ("-since",)
