"""Forms of the room of events: registering, a participant's profile, moving a meeting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.wording import NOT_KNOWN, language
from udsyn.desk.rooms.events.models import Attendee, Contribution, Event, Opinion
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.web.forms import CHOOSE, Plain


class ProfileForm(forms.ModelForm):
    """What a participant says of themselves."""

    required_css_class = "required"

    class Meta:
        model = Attendee
        fields = (
            *("given_name", "family_name", "organisation_name", "country", "group"),
            *("offers", "seeks", "topics", "shown", "language"),
        )
        widgets = {  # noqa: RUF012
            "given_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "family_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "organisation_name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "offers": forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
            "seeks": forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
        }

    def __init__(self, event: Event, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.event = event
        named = Country.objects.values_list("pk", "name")
        countries = sorted(((pk, str(name)) for pk, name in named), key=lambda one: one[1])
        country: Any = self.fields["country"]
        country.choices = [("", NOT_KNOWN), *countries]
        names = event.group_names
        if names:
            choices = [("", NOT_KNOWN), *((name, name) for name in names)]
            self.fields["group"] = forms.ChoiceField(label=_("group"), choices=choices, required=False)
        else:
            del self.fields["group"]


class RegisterForm(ProfileForm):
    """The public form. The field that people do not see is left empty by people."""

    email = forms.EmailField(label=_("e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    website = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    field_order = ("given_name", "family_name", "email", "organisation_name", "country", "group")

    class Meta(ProfileForm.Meta):
        fields = (*ProfileForm.Meta.fields[:-1], "email")

    def __init__(self, event: Event, *args: Any, **kwargs: Any) -> None:
        super().__init__(event, *args, **kwargs)
        self.instance.language = language()

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def validate_unique(self) -> None:
        """Who is registered already gets a mail, and the page tells nobody that they are."""


class ContributionForm(forms.ModelForm):
    """What a participant proposes."""

    required_css_class = "required"

    class Meta:
        model = Contribution
        fields = ("kind_of", "title", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 6, "maxlength": 5000})}  # noqa: RUF012


class OpinionForm(forms.ModelForm):
    """What a reader makes of a contribution."""

    required_css_class = "required"

    class Meta:
        model = Opinion
        fields = ("score", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": 2000})}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        score: Any = self.fields["score"]
        score.choices = [("", CHOOSE), *Opinion.SCORES]


class MoveForm(Plain):
    """Where a meeting goes."""

    slot = forms.TypedChoiceField(label=_("time"), coerce=int)
    table = forms.ChoiceField(label=_("table"))
    swap = forms.BooleanField(label=_("in exchange for the meeting that is there"), required=False)

    def __init__(self, event: Event, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slot: Any = self.fields["slot"]
        table: Any = self.fields["table"]
        many = event.first_day != event.last_day
        slot.choices = [
            (one.number, f"{one.starts:%Y-%m-%d %H:%M}" if many else f"{one.starts:%H:%M}") for one in event.slots
        ]
        table.choices = [
            (f"{hall.pk}.{number}", f"{hall} {number}")
            for hall in event.halls.all()
            for number in range(1, hall.tables + 1)
        ]
