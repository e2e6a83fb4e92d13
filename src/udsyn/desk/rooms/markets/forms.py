"""What is asked about markets. The form stands in the address, so that a page can be sent to somebody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel import ordering
from udsyn.desk.rooms.parties.models import Country

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FindForm(forms.Form):
    """Words, a market and a day."""

    q = forms.CharField(
        label=_("words"),
        max_length=200,
        required=False,
        help_text=_("Beginnings of words in title or text, in any language; with several, any of them."),
    )
    country = forms.ModelChoiceField(
        Country.objects.none(), label=_("market"), required=False, to_field_name="code", empty_label=_("all")
    )
    on = forms.DateField(label=_("on"), required=False, widget=DAY, help_text=_("Empty is today."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["country"]
        field.queryset = Country.objects.exclude(code=settings.HOME).order_by(*ordering.of(Country))
