"""What colleagues abroad know: reports by partner and theme, each with who may read it; and who follows them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import (
    ABROAD,
    AUDITS,
    MINISTRY,
    READS_ALL,
    STAFF,
    Anyone,
    Has,
    Is,
    Mine,
    Rule,
    Serves,
    SignedIn,
)
from udsyn.desk.kernel.wording import NONE, language
from udsyn.desk.rooms.knowledge.states import REPORT
from udsyn.desk.rooms.parties.models import Country, Person, User
from udsyn.desk.tools.written import distinct_lines

COUNTRY, COLLEAGUES, FOLLOWERS, EVERYBODY = "country", "colleagues", "followers", "everybody"
AUDIENCES = (
    (COUNTRY, _("colleagues of this country, and the ministry")),
    (COLLEAGUES, _("all colleagues")),
    (FOLLOWERS, _("also researchers and companies with an account")),
    (EVERYBODY, _("everybody")),
)
OUT = Is("state", ("published",))


class Report(Row):
    """A note, or a report with files below it. Before it is published its author and the ministry read it alone."""

    lifecycle: ClassVar[Lifecycle | None] = REPORT
    rules: ClassVar[dict[str, Rule]] = {
        "view": READS_ALL
        | Mine("author_id")
        | (Serves(ABROAD, "country", "country__code") & OUT)
        | (STAFF & Is("audience", (COLLEAGUES, FOLLOWERS, EVERYBODY)) & OUT)
        | (SignedIn() & Is("audience", (FOLLOWERS, EVERYBODY)) & OUT)
        | (Anyone() & Is("audience", (EVERYBODY,)) & OUT),
        "change": MINISTRY | Mine("author_id"),
        "create": MINISTRY | Has(ABROAD),
        "private": STAFF,
    }
    blanks: ClassVar[dict[str, Any]] = {"themes": NONE, "source": NONE, "note": NONE, "published_at": NONE}
    KINDS = (
        ("note", _("note")),
        ("report", _("report")),
        ("visit", _("report of a visit")),
        ("law", _("law or policy")),
    )

    state = state_field(REPORT)
    title = models.CharField(_("title"), max_length=200)
    kind_of = models.CharField(_("kind"), max_length=8, choices=KINDS, default="note")
    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("country"), related_name="reports")
    themes = models.TextField(_("themes"), blank=True, max_length=1_000, help_text=_("One theme a line."))
    text = models.TextField(_("text"), max_length=50_000)
    audience = models.CharField(_("who may read it"), max_length=10, choices=AUDIENCES, default=COLLEAGUES)
    source = models.CharField(_("source"), max_length=300, blank=True)
    note = models.TextField(_("note for colleagues"), blank=True)
    author = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("author"), null=True, editable=False, related_name="reports"
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)  #: when those who follow it were told

    class Meta:
        ordering = ("-published_at", "-pk")
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = tuple(REPORT.constraints("report"))

    def __str__(self) -> str:
        return self.title

    @property
    def theme_list(self) -> list[str]:
        return distinct_lines(self.themes)


class Following(Row):
    """Somebody who wants to be told of new reports: about a partner, about words, or both."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": AUDITS | Mine("owner_id", "user"),
        "change": Mine("owner_id", "user"),
        "create": SignedIn(),
    }
    blanks: ClassVar[dict[str, Any]] = {"country": NONE, "words": NONE}

    owner = models.ForeignKey(User, models.CASCADE, related_name="+", editable=False)
    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("country"), null=True, blank=True)
    words = models.TextField(
        _("words"), blank=True, max_length=500, help_text=_("One a line; a report with any of them is told.")
    )
    notify = models.BooleanField(_("tell me by mail what is new"), default=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="da", editable=False)
    since = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("followed theme")
        verbose_name_plural = _("followed themes")

    def __str__(self) -> str:
        return ", ".join(filter(None, (str(self.country or ""), *distinct_lines(self.words))))

    def clean(self) -> None:
        super().clean()
        if self.country is None and not distinct_lines(self.words):
            raise ValidationError({"words": [_("Name a country, or words, or both.")]})
        if self.pk is None:
            self.language = language()
