"""What somebody asks of their data, consents, breaches, and the periods that the house itself has set."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import AUDITS, MINISTRY, STAFF, Is, Mine, Rule
from udsyn.desk.kernel.personal import STAYS, Keep, declared, of_model
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.rooms.privacy.states import ASKED, BREACH, CONSENT

ERASURE, RESTRICTION, OBJECTION = "erasure", "restriction", "objection"
KINDS = (
    ("access", _("access (art. 15)")),
    ("correction", _("correction (art. 16)")),
    (ERASURE, _("erasure (art. 17)")),
    (RESTRICTION, _("restriction (art. 18)")),
    ("portability", _("data to take along (art. 20)")),
    (OBJECTION, _("objection (art. 21)")),
)
HOURS = 72  #: art. 33(1)


def month_after(day: dt.date, months: int = 1) -> dt.date:
    """The same day so many months on; the last of a shorter month (art. 12(3))."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_after = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return dt.date(year, month + 1, min(day.day, (first_after - dt.timedelta(days=1)).day))


class PrivacyRequest(Row):
    """What somebody asks of what is held of them. Answered within a month, or three where that is said in time."""

    lifecycle: ClassVar[Lifecycle | None] = ASKED
    blanks: ClassVar[dict[str, Any]] = dict.fromkeys(("person", "about", "answer", "answered_on"), NONE)
    rules: ClassVar[dict[str, Rule]] = {
        "view": MINISTRY | AUDITS | Mine("person_id"),
        "change": MINISTRY & Is("state", ("received",)),
        "create": MINISTRY | Mine("person_id"),
    }

    state = state_field(ASKED)
    kind_of = models.CharField(_("what is asked"), max_length=12, choices=KINDS)
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("person"), null=True, blank=True, related_name="+"
    )
    about = models.CharField(
        _("or a row"), max_length=40, blank=True, help_text=_("Of somebody linked to no person: request:7.")
    )
    received = models.DateField(_("received"), default=timezone.localdate)
    due = models.DateField(_("answer due"), null=True, editable=False)
    answer = models.TextField(_("answer"), blank=True, help_text=_("What was done, or why not. Name nobody."))
    answered_on = models.DateField(_("answered"), null=True, editable=False)

    class Meta:
        ordering = ("-received", "-pk")
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        constraints = tuple(ASKED.constraints("privacyrequest"))

    def __str__(self) -> str:
        return f"{self.get_kind_of_display()} · {self.subject}"

    @property
    def subject(self) -> str:
        """The row by which they are known: its name holds nobody's."""
        return f"person:{self.person_id}" if self.person_id else self.about

    @property
    def root(self) -> Any:
        """That row; None where there is none."""
        kind, _colon, number = self.subject.partition(":")
        found = {one.model._meta.model_name: one.model for one in declared()}
        known = kind in found and number.isdecimal()
        return found[kind]._base_manager.filter(pk=int(number)).first() if known else None

    def clean(self) -> None:
        super().clean()
        if self.root is None:
            raise ValidationError({"person": _("Say who it is: a person, or a row such as request:7.")})
        if self.due is None and self.received:
            self.due = month_after(self.received)


class Consent(Row):
    """That somebody agreed to something, when and how; it is withdrawn as easily."""

    lifecycle: ClassVar[Lifecycle | None] = CONSENT
    blanks: ClassVar[dict[str, Any]] = {"withdrawn_on": NONE}
    rules: ClassVar[dict[str, Rule]] = {
        "view": STAFF | Mine("person_id"),
        "change": MINISTRY & Is("state", ("given",)),
        "create": STAFF,
    }

    state = state_field(CONSENT)
    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("person"), related_name="+")
    purpose = models.CharField(_("to what"), max_length=200)
    how = models.CharField(_("how it was given"), max_length=200)
    given_on = models.DateField(_("given on"), default=timezone.localdate)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, editable=False)

    class Meta:
        ordering = ("-given_on", "-pk")
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = tuple(CONSENT.constraints("consent"))

    def __str__(self) -> str:
        return self.purpose


class Breach(Row):
    """A breach of personal data: what happened, whom it touches, what was done, and whether the authority was told."""

    lifecycle: ClassVar[Lifecycle | None] = BREACH
    blanks: ClassVar[dict[str, Any]] = dict.fromkeys(("people", "consequences", "measures", "decided_at"), NONE)
    rules: ClassVar[dict[str, Rule]] = {
        "view": MINISTRY | AUDITS,
        "change": MINISTRY,
        "create": STAFF,
    }

    state = state_field(BREACH)
    title = models.CharField(_("what happened, in short"), max_length=200)
    noticed_at = models.DateTimeField(_("noticed"), default=timezone.now)
    notify_by = models.DateTimeField(_("to be notified by"), null=True, editable=False)
    what = models.TextField(_("what happened"), help_text=_("Which data, how, since when. Name nobody."))
    people = models.PositiveIntegerField(_("people concerned, about"), null=True, blank=True)
    consequences = models.TextField(_("likely consequences"), blank=True)
    measures = models.TextField(_("what was done"), blank=True)
    told = models.BooleanField(_("the people were told"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    class Meta:
        ordering = ("-noticed_at",)
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        constraints = tuple(BREACH.constraints("breach"))

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.noticed_at and self.notify_by is None:
            self.notify_by = self.noticed_at + dt.timedelta(hours=HOURS)


class KeptFor(Row):
    """A period that the house has set: of which rows, from which day of theirs, how long. The night acts on it."""

    rules: ClassVar[dict[str, Rule]] = {"view": STAFF, "change": MINISTRY, "create": MINISTRY}
    blanks: ClassVar[dict[str, Any]] = {"only_state": _("all of them")}

    of_kind = models.CharField(
        _("kind of row"), max_length=40, help_text=_("As the API calls it: request, application.")
    )
    only_state = models.CharField(_("only in state"), max_length=24, blank=True)
    since = models.CharField(_("counted from"), max_length=60, help_text=_("A day of the row: received, changed."))
    years = models.PositiveSmallIntegerField(_("years"), default=0)
    months = models.PositiveSmallIntegerField(_("months"), default=0)
    days = models.PositiveSmallIntegerField(_("days"), default=0, validators=[MinValueValidator(0)])
    why = models.CharField(_("why so long"), max_length=200)

    class Meta:
        ordering = ("of_kind", "only_state")
        verbose_name = _("period of the house")
        verbose_name_plural = _("periods of the house")

    def __str__(self) -> str:
        return f"{self.of_kind} {self.only_state}".strip()

    @property
    def keep(self) -> Keep:
        where = {"state": self.only_state} if self.only_state else {}
        return Keep(self.since, self.years, self.months, self.days, where, self.why)

    def about(self) -> list[Any]:
        """What is declared of such rows."""
        found = {one.model._meta.model_name: one.model for one in declared()}
        return [one for one in of_model(found.get(self.of_kind)) if one.erase != STAYS]

    def clean(self) -> None:
        super().clean()
        if not self.about():
            raise ValidationError({"of_kind": _("No room says that it holds people in such rows.")})
        model = self.about()[0].model
        dated = [one.name for one in model._meta.concrete_fields if isinstance(one, models.DateField)]
        if self.since not in dated:
            said = _("Such a row has no day of that name. It has: %(names)s.") % {"names": ", ".join(dated)}
            raise ValidationError({"since": said})
        states = {state.code for state in model.lifecycle.states} if getattr(model, "lifecycle", None) else set()
        if self.only_state and self.only_state not in states:
            raise ValidationError({"only_state": _("Such a row has no state of that name.")})
        if not (self.years or self.months or self.days):
            raise ValidationError({"years": _("Say how long.")})
