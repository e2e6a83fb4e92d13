"""What the pages of aid ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.aid.models import INSTRUMENTS, REGULATIONS
from udsyn.desk.rooms.parties.models import Organisation
from udsyn.desk.web.forms import CHOOSE, Plain
from udsyn.packs import aid


class RoomForm(Plain):
    """The room on a day, and whether an amount may be granted."""

    on = forms.DateField(label=_("on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    under = forms.ChoiceField(label=_("regulation"), required=False, choices=REGULATIONS)
    asked = forms.DecimalField(
        label=_("asked for, in euro"), required=False, min_value=0, max_digits=12, decimal_places=2
    )

    def said(self) -> dict[str, Any]:
        """day, asked and regulation, each with what holds where nothing is said."""
        values = self.cleaned_data if self.is_valid() else {}
        return {
            "day": values.get("on") or timezone.localdate(),
            "asked": values.get("asked") or 0,
            "regulation": values.get("under") or aid.GENERAL,
        }


class PlanForm(Plain):
    """Which undertaking a partner of an application is, and how much it is granted."""

    undertaking = forms.ModelChoiceField(Organisation.objects.none(), label=_("undertaking"), empty_label=CHOOSE)
    amount = forms.DecimalField(
        label=_("amount in euro"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=_("As a gross grant, instalments discounted to the day of granting."),
    )
    regulation = forms.ChoiceField(label=_("regulation"), choices=REGULATIONS)
    instrument = forms.ChoiceField(label=_("instrument"), choices=INSTRUMENTS)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["undertaking"]
        field.queryset = Organisation.objects.visible_to(actor).filter(merged_into=None)
