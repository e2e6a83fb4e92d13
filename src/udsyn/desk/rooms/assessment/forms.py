"""The form of a review, made from the criteria of its call, and the one that asks how reviewers are assigned."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from udsyn.allocation.reviewers import FAIR, TOTAL
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.assessment.models import Review
from udsyn.desk.web.forms import CHOOSE, Plain
from udsyn.packs.calls import Criterion
from udsyn.packs.scores import scale


def score_field(one: Criterion) -> forms.Field:
    """A grade from those that there are, or a number on the scale. Nothing is required while one writes."""
    label = f"{said(one.says)} ({scale(one)})"
    if one.grades:
        return forms.ChoiceField(label=label, required=False, choices=[("", CHOOSE), *((g, g) for g in one.grades)])
    return forms.DecimalField(
        label=label, required=False, min_value=Decimal(str(one.least)), max_value=Decimal(str(one.most)), localize=True
    )


class ReviewForm(Plain):
    def __init__(self, row: Review, data: Any = None) -> None:
        plan = row.application.call.pack.assessment
        self.criteria = plan.criteria if plan else ()
        scores = {f"score-{name}": value for name, value in row.scores.items()}
        super().__init__(data, initial={**scores, "text": row.text, "note": row.note})
        for one in self.criteria:
            self.fields[f"score-{one.id}"] = score_field(one)
        for name, rows in (("text", 8), ("note", 3)):
            field: Any = Review._meta.get_field(name)
            self.fields[name] = forms.CharField(
                label=field.verbose_name,
                help_text=field.help_text,
                required=False,
                max_length=field.max_length,
                widget=forms.Textarea(attrs={"rows": rows}),
            )

    @property
    def scores(self) -> dict[str, Any]:
        given = {one.id: self.cleaned_data.get(f"score-{one.id}") for one in self.criteria}
        return {
            name: float(value) if isinstance(value, Decimal) else value
            for name, value in given.items()
            if value not in (None, "")
        }


class AssignForm(Plain):
    objective = forms.ChoiceField(
        label=_("what is best"),
        required=False,
        choices=((TOTAL, _("the best fit of all together")), (FAIR, _("the best for the worst-off application first"))),
    )
    cap = forms.DecimalField(
        label=_("no pair more likely than"),
        required=False,
        min_value=Decimal("0.05"),
        max_value=1,
        help_text=_("Below 1 nobody can count on getting an application: who gets it is drawn."),
    )

    @property
    def said(self) -> tuple[str, float | None]:
        held: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        cap = held.get("cap")
        return held.get("objective") or TOTAL, None if cap is None or cap == 1 else float(cap)
