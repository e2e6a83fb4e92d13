"""What is asked about funds. Each form stands in the address, so that a page can be sent to somebody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from udsyn.desk.evidence import funding
from udsyn.desk.kernel import ordering
from udsyn.desk.rooms.funds.models import PROGRAMME_NAMES
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.tools.written import distinct_lines
from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.funds.sketch import Partner, Placed, Sketch, partner_of

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


#: Partners of a sketch that are looked up.
MOST_PARTNERS = 40


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
            field.queryset = Country.objects.exclude(code=settings.HOME).order_by(*ordering.of(Country))

    @property
    def codes(self) -> list[str]:
        """The countries that are asked about, home first."""
        said = [self.cleaned_data.get(name) for name in ("country", "third")]
        return list(dict.fromkeys([settings.HOME, *(country.code for country in said if country)]))


class SketchForm(forms.Form):
    """A project sketch: what it is about, and who takes part. It is sent, and stands in no address."""

    title = forms.CharField(label=_("title"), max_length=300)
    text = forms.CharField(
        label=_("what the project is about"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    partners = forms.CharField(
        label=_("partners"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: a country, or an organisation by its ROR id or exact name."),
    )

    def clean_partners(self) -> list[tuple[Partner, Placed]]:
        """Each partner with its country."""
        lines = distinct_lines(self.cleaned_data["partners"])
        if len(lines) > MOST_PARTNERS:
            raise forms.ValidationError(_("More than %(most)s partners: leave some out.") % {"most": MOST_PARTNERS})
        return [(partner := partner_of(line), self.place_of(line, partner)) for line in lines]

    def place_of(self, line: str, partner: Partner) -> Placed:
        try:
            return funding.place_of(partner)
        except NotHeld:
            said = _("“%(line)s” is no country, and the record holds no organisation of that name or ROR id.")
        except UsageError:
            said = _("“%(line)s” is the name of organisations in several countries: write its ROR id.")
        raise forms.ValidationError(said % {"line": line[:200]})

    @property
    def sketch(self) -> Sketch:
        said = self.cleaned_data
        partners = [partner for partner, _placed in said["partners"]]
        return Sketch(title=said["title"], text=said["text"], partners=partners)

    @property
    def placed(self) -> list[Placed]:
        return [placed for _partner, placed in self.cleaned_data["partners"]]


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
