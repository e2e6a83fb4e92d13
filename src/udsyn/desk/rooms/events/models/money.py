"""What an event was to cost, what it cost, and the limit that it may cost, in money and hours of work."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from udsyn.desk.rooms.events.models.events import Event, OfEvent
from udsyn.desk.tools.numbers import decimal


def sum_of_money(label: Any) -> models.DecimalField:
    """An amount, at least nothing; empty is not known."""
    return models.DecimalField(
        label, max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )


class EventMoney(OfEvent):
    """A line of an event's budget. What is left empty is not known; nothing is written as 0."""

    text = models.CharField(_("in words"), max_length=200)
    budget = sum_of_money(_("budgeted"))
    amount = sum_of_money(_("spent"))
    currency = models.CharField(_("currency"), max_length=3, default="DKK", validators=[RegexValidator(r"^[A-Z]{3}$")])
    hours = models.DecimalField(
        _("hours of work"), max_digits=7, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0)]
    )

    class Meta:
        ordering = ("event", "pk")
        verbose_name = _("line of an event's budget")
        verbose_name_plural = _("lines of events' budgets")

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        super().clean()
        if self.budget is None and self.amount is None and self.hours is None:
            raise ValidationError(_("Write what was budgeted, what was spent, or how many hours it took."))
        if self.event_id is not None and self.event.cap is not None:
            self.clean_within(self.event)

    def clean_within(self, event: Event) -> None:
        """What is set aside stays within the event's limit. What was spent is noted, however much it was."""
        if self.currency != event.cap_currency and not (self.budget is None and self.amount is None):
            said = _("The limit of the event is in %(currency)s: write the line in it, too.")
            raise ValidationError({"currency": [said % {"currency": event.cap_currency}]})
        planned = self.budget if self.amount is None and isinstance(self.budget, Decimal) else Decimal(0)
        too_much = above(event, foreseen(event, besides=self.pk) + planned) if planned else None
        if too_much:
            raise ValidationError({"budget": [too_much]})


def foreseen(event: Event, besides: int | None = None) -> Decimal:
    """What it costs as far as is known: of each line what was spent, and where that is not known what was budgeted."""
    lines = event.eventmoneys.exclude(pk=besides or 0)
    costs = (one.budget if one.amount is None else one.amount for one in lines)
    return sum((cost for cost in costs if cost is not None), Decimal(0))


def above(event: Event, costs: Decimal) -> Any:
    """In words by how much costs are over the limit of an event; nothing where they are not, or there is none."""
    if event.cap is None or costs <= event.cap:
        return None
    said = _("It comes to %(costs)s %(currency)s: %(more)s over the limit of %(cap)s.")
    words = {"costs": shown(costs), "more": shown(costs - event.cap), "cap": shown(event.cap)}
    return said % {**words, "currency": event.cap_currency}


def shown(amount: Decimal) -> str:
    return decimal(amount, 0 if amount == amount.to_integral_value() else 2, group=True)
