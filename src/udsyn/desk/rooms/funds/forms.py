"""What is asked about funds. Each form stands in the address, so that a page can be sent to somebody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from udsyn.desk.rooms.funds.models import PROGRAMME_NAMES
from udsyn.desk.rooms.parties.models import Country

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Asked(forms.Form):
    """A partner and a day; home is always one of the pair."""

    country = forms.ModelChoiceField(
        Country.objects.none(), label=_("partner country"), required=False, to_field_name="code", empty_label=_("none")
    )
    third = forms.ModelChoiceField(
        Country.objects.none(), label=_("another partner"), required=False, to_field_name="code", empty_label=_("none")
    )
    on = forms.DateField(label=_("on"), required=False, widget=DAY, help_text=_("Empty is today."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("country", "third"):
            field: Any = self.fields[name]
            field.queryset = Country.objects.exclude(code=settings.HOME)

    @property
    def codes(self) -> list[str]:
        """The countries that are asked about, home first."""
        said = [self.cleaned_data.get(name) for name in ("country", "third")]
        return list(dict.fromkeys([settings.HOME, *(country.code for country in said if country)]))


class FindForm(Asked):
    q = forms.CharField(label=_("words"), max_length=300, required=False)
    field_order = ("q", "country", "third", "on")


class AnswerForm(Asked):
    programme = forms.ChoiceField(label=_("programme"), choices=list(PROGRAMME_NAMES.items()))
    action = forms.ChoiceField(
        label=_("kind of action"),
        required=False,
        choices=[("", _("not known")), ("research", _("research")), ("innovation", _("innovation"))],
    )
    field_order = ("country", "third", "programme", "action", "on")
