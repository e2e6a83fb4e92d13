"""Calls that no feed holds, typed in; what each says of a country; and searches that tell what is new."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField
from pydantic import ValidationError as Unfit

from udsyn.desk.kernel.models import Row
from udsyn.desk.kernel.permissions import ABROAD, AUDITS, MINISTRY, Anyone, Has, Mine, Rule, SignedIn, Through
from udsyn.desk.kernel.wording import NONE, language
from udsyn.desk.rooms.parties.models import Country, User
from udsyn.desk.tools.written import known_zone, lines
from udsyn.evidence.funds.eligible import PROGRAMMES, VERDICTS
from udsyn.record.calls.typed import TypedCall, row_of
from udsyn.record.shelf import Row as CallRow

PROGRAMME_NAMES = {
    "horizon/1": _("Horizon Europe, Pillar I"),
    "horizon/2": _("Horizon Europe, Pillar II"),
    "horizon/3": _("Horizon Europe, Pillar III"),
    "eurostars": "Eurostars",
    "weave": "Weave",
    "ifd": _("Innovation Fund Denmark, international calls"),
    "sea-europe": _("Southeast Asia-Europe Joint Funding Scheme"),
    "dff": _("Independent Research Fund Denmark"),
    "nih": "NIH (USA)",
    "nsf": "NSF (USA)",
}
VERDICT_WORDS = {
    "money": _("with money"),
    "no_money": _("without money"),
    "not_allowed": _("not allowed"),
    "read_text": _("read the text"),
}
assert set(PROGRAMME_NAMES) == set(PROGRAMMES)
assert set(VERDICT_WORDS) == set(VERDICTS)
MONEY: dict[str, Any] = {
    "max_digits": 14,
    "decimal_places": 2,
    "null": True,
    "blank": True,
    "validators": [MinValueValidator(0)],
}


class CallTyped(Row):
    """A call that somebody read on a page and typed in. It stands in the register beside those of the feeds."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": Anyone(),
        "change": MINISTRY | Has(ABROAD),
        "create": MINISTRY | Has(ABROAD),
    }
    blanks: ClassVar[dict[str, Any]] = {"programme": NONE, "second_stage": NONE}

    title = I18nCharField(_("title"), max_length=200)
    text = I18nTextField(_("what is asked for"), blank=True, null=True, help_text=_("Outcome and scope, in words."))
    funder = models.CharField(_("funder"), max_length=200)
    programme = models.CharField(
        _("by the rules of"),
        max_length=12,
        blank=True,
        choices=list(PROGRAMME_NAMES.items()),
        help_text=_("Empty where only its own rules for each country count; write them below, once it is saved."),
    )
    action = models.CharField(_("kind of action"), max_length=100, blank=True)
    opens = models.DateField(_("opens"), null=True, blank=True)
    ongoing = models.BooleanField(_("has no deadline"), default=False)
    closes = models.DateField(_("deadline"), null=True, blank=True)
    clock = models.CharField(
        _("time of day"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^([01]\d|2[0-3]):[0-5]\d$", _("Write it as 17:00."))],
        help_text=_("As the source writes it, such as 17:00; empty where it names none."),
    )
    zone = models.CharField(_("time zone"), max_length=40, default="Europe/Copenhagen", validators=[known_zone])
    second_stage = models.DateField(
        _("second stage"), null=True, blank=True, help_text=_("Where those who passed the first stage write again.")
    )
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, validators=[RegexValidator(r"^[A-Z]{3}$", _("Write it as DKK."))]
    )
    budget = models.DecimalField(_("money in all"), **MONEY)
    least = models.DecimalField(_("least for each"), **MONEY)
    most = models.DecimalField(_("most for each"), **MONEY)
    awards = models.PositiveIntegerField(
        _("how many are paid"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    applicants = models.TextField(_("who may apply"), blank=True, help_text=_("One kind of applicant a line."))
    url = models.URLField(_("where it stands"), max_length=500)
    retrieved_on = models.DateField(_("read on"), default=timezone.localdate)

    class Meta:
        ordering = ("closes", "pk")
        verbose_name = _("call typed in")
        verbose_name_plural = _("calls typed in")

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        super().clean()
        if any(amount is not None for amount in (self.budget, self.least, self.most)) and not self.currency:
            raise ValidationError({"currency": [_("Amounts need their currency.")]})
        if self.ongoing and self.closes:
            raise ValidationError({"ongoing": [_("It has a deadline: leave one of the two out.")]})
        if self.second_stage and not (self.closes and self.closes < self.second_stage):
            raise ValidationError({"second_stage": [_("It comes after the deadline of the first stage.")]})
        if self.opens and self.closes and self.closes < self.opens:
            raise ValidationError({"closes": [_("It lies before the day on which it opens.")]})

    def as_typed(self) -> dict[str, Any]:
        """The call in the form in which files of typed-in calls are written (`udsyn funds load FILE --as typed`)."""
        first = {"day": self.closes, "time": self.clock or None, "zone": self.zone if self.clock else None}
        stages = [(1, self.closes), (2, self.second_stage)] if self.second_stage else [(None, self.closes)]
        money = {name: getattr(self, name) for name in ("budget", "least", "most")}
        amounts = {"amount" if name == "budget" else name: float(value) for name, value in money.items() if value}
        return {
            "id": f"desk-{self.pk}",
            "title": in_languages(self.title),
            "text": in_languages(self.text),
            "funder": self.funder,
            "programme": self.programme or None,
            "action": self.action or None,
            "opens": self.opens,
            "ongoing": self.ongoing or None,
            "deadlines": [{**first, "day": day, "stage": stage} for stage, day in stages if day],
            "budget": {"currency": self.currency, "awards": self.awards, **amounts} if self.currency else None,
            "applicants": lines(self.applicants),
            "countries": [one.as_typed() for one in self.clauses.all()],
            "url": self.url,
            "retrieved": self.retrieved_on,
        }

    def as_row(self) -> CallRow | None:
        """The call as the register holds it; None where it does not hold together."""
        try:
            return row_of(TypedCall.model_validate(self.as_typed()))
        except Unfit:
            return None


def in_languages(text: Any) -> dict[str, str]:
    """A text in several languages as language → text, without those that it is not written in."""
    said = getattr(text, "data", text)
    said = said if isinstance(said, dict) else {settings.LANGUAGE_CODE: said}
    return {code: words for code, words in said.items() if code in ("da", "en") and words}


class CallClause(Row):
    """What a call that was typed in says of partners of one country."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": Through("call", CallTyped.rules["view"]),
        "change": MINISTRY | Has(ABROAD),
        "create": MINISTRY | Has(ABROAD),
    }

    call = models.ForeignKey(CallTyped, models.CASCADE, verbose_name=_("call"), related_name="clauses")
    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("country"), related_name="+")
    verdict = models.CharField(_("money"), max_length=12, choices=list(VERDICT_WORDS.items()))
    clause = models.CharField(_("what the text says"), max_length=300)

    class Meta:
        ordering = ("call", "country__code")
        verbose_name = _("rule for a country")
        verbose_name_plural = _("rules for countries")
        constraints = (models.UniqueConstraint(fields=("call", "country"), name="callclause_country_once"),)

    def __str__(self) -> str:
        return f"{self.country.code}: {self.get_verdict_display()}"

    def as_typed(self) -> dict[str, str]:
        return {"country": self.country.code, "verdict": self.verdict, "clause": self.clause}


class FundSearch(Row):
    """A search that its owner kept. What is new in it goes to the owner by mail, deadlines into the calendar."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": AUDITS | Mine("owner_id", "user"),
        "change": Mine("owner_id", "user"),
        "create": SignedIn(),
    }
    blanks: ClassVar[dict[str, Any]] = {"text": NONE, "country": NONE}

    owner = models.ForeignKey(User, models.CASCADE, related_name="+", editable=False)
    name = models.CharField(_("name"), max_length=80)
    text = models.CharField(_("words"), max_length=300, blank=True)
    country = models.ForeignKey(
        Country, models.PROTECT, verbose_name=_("partner country"), null=True, blank=True, related_name="+"
    )
    notify = models.BooleanField(_("tell me by mail what is new"), default=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="da", editable=False)
    seen = models.JSONField(default=dict, editable=False)  #: call → [title, state, deadline], as they were told last
    looked_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ("name",)
        verbose_name = _("saved search for funds")
        verbose_name_plural = _("saved searches for funds")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if not self.text.strip() and self.country is None:
            raise ValidationError(_("Write words, or choose a partner country."))
        if self.pk is None:
            self.language = language()


def typed_rows() -> list[CallRow]:
    """All calls that were typed in, as the register holds them."""
    held = CallTyped.objects.prefetch_related(Prefetch("clauses", CallClause.objects.select_related("country")))
    return [row for call in held if (row := call.as_row()) is not None]


def day_of(moment: dt.datetime | dt.date | None) -> dt.date | None:
    """The day of a deadline on the desk's clock."""
    return timezone.localtime(moment).date() if isinstance(moment, dt.datetime) else moment
