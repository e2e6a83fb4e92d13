"""A round of assessment: who assesses a call's applications, what bars whom, and what each wrote.

None of it is seen by those who applied. Reviewers see their own reviews; what a panel sees of others' stands on its
page alone (`seen`), since a row's history and the ledger name who wrote it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from udsyn import packs
from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import AUDITS, Is, Mine, Rule
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.assessment.rules import (
    BARRED,
    OFFICERS,
    PANEL,
    REVIEW_OFFICERS,
    REVIEWER,
    ROUND_OFFICERS,
    own,
    writes,
)
from udsyn.desk.rooms.assessment.states import ASSESSOR, CONFLICT, OPEN, REVIEW, ROUND
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.rooms.programmes.models import Application, Call

SINGLE, REVIEWERS, ALL = "single", "reviewers", "all"
BLINDNESS = (
    (SINGLE, _("only applicants are not told who assesses")),
    (REVIEWERS, _("reviewers are not told who applies either")),
    (ALL, _("neither reviewers nor the panel are told who applies, until the release")),
)
FUNDERS = (("snsf", "SNSF"), ("nsf", "NSF (USA)"), ("aka", "Academy of Finland"))
KINDS = (
    ("same_person", _("is on the application")),
    ("same_call", _("applies in the same call")),
    ("joint_work", _("wrote works with")),
    ("same_institution", _("same institution as")),
    ("this_round", _("applies in this round together with")),
    ("unconfirmed", _("may be the same person as")),
    ("declared", _("by the person's own word")),
)


class AssessmentRound(Row):
    """How the applications of a call are assessed. Its seed is secret until lots are drawn, its commitment never is."""

    lifecycle: ClassVar[Lifecycle | None] = ROUND
    rules: ClassVar[dict[str, Rule]] = {
        "view": ROUND_OFFICERS | AUDITS,
        "change": ROUND_OFFICERS & Is("state", ("prepared", "reviewing")),
        "create": ROUND_OFFICERS,
    }
    blanks: ClassVar[dict[str, Any]] = {"due": NONE, "commitment": NONE}

    state = state_field(ROUND)
    call = models.OneToOneField(Call, models.PROTECT, verbose_name=_("call"), related_name="round")
    blindness = models.CharField(_("who is told what"), max_length=10, choices=BLINDNESS, default=SINGLE)
    conflicts_by = models.CharField(
        _("conflicts by the rules of"),
        max_length=10,
        choices=FUNDERS,
        default="snsf",
        help_text=_("They say for how many years a joint work counts, and whether the same institution does."),
    )
    cover = models.PositiveSmallIntegerField(
        _("reviewers of each application"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    load = models.PositiveSmallIntegerField(
        _("applications of a reviewer at most"), default=6, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    due = models.DateField(_("reviews due"), null=True, blank=True)
    seed = models.CharField(max_length=64, blank=True, editable=False)
    commitment = models.CharField(_("commitment to the lots' seed"), max_length=64, blank=True, editable=False)
    lots = models.JSONField(null=True, editable=False)  #: the log of a draw (`udsyn.allocation.lottery`)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("round of assessment")
        verbose_name_plural = _("rounds of assessment")
        constraints = tuple(ROUND.constraints("assessment_round"))

    def __str__(self) -> str:
        return str(self.call)

    @property
    def conflict_pack(self) -> packs.Pack:
        return packs.load(f"conflicts-{self.conflicts_by}")

    def hides_names_from(self, part: str) -> bool:
        """Are those of this part not told who applies?"""
        hidden = self.blindness == ALL or (self.blindness == REVIEWERS and part == REVIEWER)
        return hidden and self.call.state != "decided"

    def standing(self) -> models.QuerySet[Application]:
        """What is assessed."""
        found = self.call.applications.filter(state__in=("eligible", "awarded", "declined"))
        return found.select_related("call", "lead", "terms").order_by("pk")


class Assessor(Row):
    """A person who assesses in a round, alone or on the panel."""

    lifecycle: ClassVar[Lifecycle | None] = ASSESSOR
    rules: ClassVar[dict[str, Rule]] = {
        "view": OFFICERS | AUDITS | Mine("person_id"),
        "change": OFFICERS & Is("round__state", ("prepared", "reviewing", "panel")),
        "create": OFFICERS,
        "private": OFFICERS | AUDITS,
    }
    blanks: ClassVar[dict[str, Any]] = {"load": _("as the round says"), "confirmed_at": _("not confirmed")}
    PARTS = ((REVIEWER, _("reviewer")), (PANEL, _("panel member")))

    state = state_field(ASSESSOR)
    round = models.ForeignKey(
        AssessmentRound, models.PROTECT, verbose_name=_("round of assessment"), related_name="assessors"
    )
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="+")
    part = models.CharField(_("part"), max_length=8, choices=PARTS, default=REVIEWER)
    load = models.PositiveSmallIntegerField(_("applications at most"), null=True, blank=True)
    expertise = models.TextField(
        _("expertise"),
        blank=True,
        max_length=20_000,
        help_text=_("Titles of own works or matters, one a line; the works that the record holds count too."),
    )
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True, editable=False)

    class Meta:
        ordering = ("part", "pk")
        verbose_name = _("assessor")
        verbose_name_plural = _("assessors")
        constraints = (
            *ASSESSOR.constraints("assessor"),
            models.UniqueConstraint(fields=("round", "person", "part"), name="assessor_once"),
        )

    def __str__(self) -> str:
        return str(self.person)


class Conflict(Row):
    """What bars an assessor from an application, with its evidence."""

    lifecycle: ClassVar[Lifecycle | None] = CONFLICT
    rules: ClassVar[dict[str, Rule]] = {
        "view": REVIEW_OFFICERS | AUDITS,
        "create": REVIEW_OFFICERS,
    }

    state = state_field(CONFLICT)
    assessor = models.ForeignKey(Assessor, models.CASCADE, verbose_name=_("assessor"), related_name="conflicts")
    application = models.ForeignKey(Application, models.CASCADE, verbose_name=_("application"), related_name="+")
    kind_of = models.CharField(_("kind"), max_length=16, choices=KINDS)
    about = models.CharField(_("with whom"), max_length=300, blank=True)
    evidence = models.JSONField(_("evidence"), default=list, editable=False)  #: in words, as it was found

    class Meta:
        ordering = ("assessor", "application", "pk")
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        constraints = (
            *CONFLICT.constraints("conflict"),
            models.UniqueConstraint(fields=("assessor", "application", "kind_of", "about"), name="conflict_once"),
        )

    def __str__(self) -> str:
        return f"{self.assessor} – {self.application}"


class Review(Row):
    """What one assessor says of one application: scores by the call's criteria, and why."""

    lifecycle: ClassVar[Lifecycle | None] = REVIEW
    rules: ClassVar[dict[str, Rule]] = {
        "view": (REVIEW_OFFICERS | AUDITS | (own() & Is("state", OPEN))).but_not(BARRED),
        "change": (writes() & Is("state", ("asked",))).but_not(BARRED),
        "create": REVIEW_OFFICERS,
        "private": REVIEW_OFFICERS | AUDITS,
    }
    blanks: ClassVar[dict[str, Any]] = {"text": _("not written yet"), "note": NONE}

    state = state_field(REVIEW)
    assessor = models.ForeignKey(Assessor, models.PROTECT, verbose_name=_("assessor"), related_name="reviews")
    application = models.ForeignKey(Application, models.PROTECT, verbose_name=_("application"), related_name="reviews")
    scores = models.JSONField(_("scores"), default=dict, blank=True)
    text = models.TextField(
        _("assessment"),
        max_length=20_000,
        blank=True,
        help_text=_("The applicant reads it after the release, without your name."),
    )
    note = models.TextField(
        _("for the office only"),
        max_length=5_000,
        blank=True,
        help_text=_("Neither the panel nor the applicant reads it."),
    )

    class Meta:
        ordering = ("pk",)
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = (
            *REVIEW.constraints("review"),
            models.UniqueConstraint(fields=("assessor", "application"), name="review_once"),
        )

    def __str__(self) -> str:
        return str(self.application)

    def clean(self) -> None:
        """The scores lie on the scales of the call."""
        super().clean()
        plan = self.application.call.pack.assessment
        try:
            packs.values_of(plan, self.scores) if plan else None
        except packs.PackError as error:
            raise ValidationError(str(error)) from None
