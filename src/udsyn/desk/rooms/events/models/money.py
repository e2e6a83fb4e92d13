"""What an event was to cost, and what it cost, in money and hours of work."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from udsyn.desk.rooms.events.models.events import OfEvent


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
