"""A case of safeguards: about which partner and what, which triggers fired, who advised and who decided. Never a score.

What colleagues note here stands apart from everything else: who works on the case reads it, its approver, the ministry,
and auditors.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import ABROAD, AUDITS, MINISTRY, Has, Is, Mine, Rule, Through
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.parties.models import Country, Person
from udsyn.desk.rooms.safeguards import questions
from udsyn.desk.rooms.safeguards.states import CASE, PASSED

ANSWERS = (("yes", _("yes")), ("no", _("no")), ("unsure", _("not sure")))
GUEST = "guest"
PURPOSES = (
    ("project", _("a project or an agreement")),
    (GUEST, _("a guest's stay")),
    ("hire", _("an appointment")),
    ("travel", _("a journey")),
    ("event", _("an event or a delegation")),
)


def asked(label: Any) -> models.CharField:
    """One of the questions on which a form is needed; unsure counts as yes, because a person should look."""
    return models.CharField(label, max_length=6, choices=ANSWERS, blank=True)


class Case(Row):
    lifecycle: ClassVar[Lifecycle | None] = CASE
    blanks: ClassVar[dict[str, Any]] = {
        **dict.fromkeys(("ror", "field", "topics", "conditions", "advice", "evidence", "first", "last", "head"), NONE),
        **dict.fromkeys(("approver", "holds_until", "decide_by", "screened_on", "interviewed_on", "invited_on"), NONE),
    }
    rules: ClassVar[dict[str, Rule]] = {
        "view": MINISTRY | AUDITS | Mine("asked_by_id") | Mine("approver_id"),
        "change": (MINISTRY | Mine("asked_by_id") | Mine("approver_id")) & Is("state", ("open", "asked")),
        "create": MINISTRY | Has(ABROAD),
    }

    state = state_field(CASE)
    partner = models.CharField(_("partner"), max_length=250)
    country = models.ForeignKey(
        Country, models.PROTECT, verbose_name=_("country"), null=True, blank=True, related_name="+"
    )
    ror = models.CharField(_("ROR id"), max_length=9, blank=True, validators=[RegexValidator(r"^0[0-9a-z]{8}$")])
    purpose = models.CharField(_("purpose"), max_length=8, choices=PURPOSES)
    field = models.CharField(
        _("field of research"), max_length=200, blank=True, help_text=_("In words that an outsider may read.")
    )
    topics = models.CharField(
        _("topics of research"),
        max_length=200,
        blank=True,
        validators=[RegexValidator(r"^T\d{1,9}( T\d{1,9})*$")],
        help_text=_("Their numbers at OpenAlex, such as T10682, with a space between two."),
    )
    first = models.DateField(_("first day"), null=True, blank=True)
    last = models.DateField(_("last day"), null=True, blank=True)
    critical = asked(_("is the research critical?"))
    sanctioned = asked(_("is a country, institution or person under sanctions?"))
    dual_use = asked(_("do rules for dual use apply?"))
    evidence = models.TextField(_("evidence"), blank=True, help_text=_("What was looked up, where and when."))
    advice = models.TextField(_("advice"), blank=True, help_text=_("Who advised what, and when."))
    head = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("head of department who agreed"), null=True, blank=True, related_name="+"
    )
    approver = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("approver"), null=True, blank=True, related_name="+"
    )
    conditions = models.TextField(_("conditions"), blank=True)
    holds_until = models.DateField(_("holds until"), null=True, blank=True)
    decide_by = models.DateField(_("decision due"), null=True, editable=False)
    screened_on = models.DateField(_("screened on"), null=True, editable=False)
    interviewed_on = models.DateField(_("interviewed on"), null=True, editable=False)
    invited_on = models.DateField(_("invited on"), null=True, editable=False)
    asked_by = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("asked by"), null=True, editable=False, related_name="+"
    )
    triggers = models.JSONField(_("triggers"), default=list, editable=False)
    basis = models.JSONField(default=dict, editable=False)  #: what the lists and the record said when it was decided
    about_kind = models.CharField(max_length=40, blank=True, editable=False)  #: the row that waits for the decision
    about_id = models.BigIntegerField(null=True, editable=False)

    class Meta:
        ordering = ("-created",)
        verbose_name = _("case of safeguards")
        verbose_name_plural = _("cases of safeguards")
        constraints = tuple(CASE.constraints("case"))

    def __str__(self) -> str:
        return f"{self.partner} – {self.get_purpose_display()}"

    def clean(self) -> None:
        super().clean()
        if self.purpose == GUEST and not (self.first and self.last):
            raise ValidationError({"first": _("Say both days of a stay: the rules depend on its length.")})
        if self.first and self.last and self.last < self.first:
            raise ValidationError({"last": _("It ends before it begins.")})

    @property
    def passed(self) -> bool:
        return self.state_now in PASSED


class Answer(Row):
    """What was answered to one of the questions of the guidelines; answered once, it is taken over by later cases."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": Through("case", Case.rules["view"]),
        "change": Through("case", Case.rules["change"]),
    }
    blanks: ClassVar[dict[str, Any]] = {"answer": NONE, "note": NONE, "taken_from": NONE}

    case = models.ForeignKey(Case, models.CASCADE, verbose_name=_("case"), related_name="answers")
    question = models.CharField(_("question"), max_length=12, choices=questions.CHOICES, editable=False)
    answer = asked(_("answer"))
    note = models.TextField(_("note"), blank=True)
    taken_from = models.ForeignKey(
        Case, models.SET_NULL, verbose_name=_("taken over from"), null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ("case", "question")
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        constraints = (models.UniqueConstraint(fields=("case", "question"), name="answer_once"),)

    def __str__(self) -> str:
        return str(self.get_question_display())
