"""Forms of the room of stays: applying without an account, a host's answer, and a journey's allowance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.stays import letters, money
from udsyn.desk.rooms.stays.models import Host, Round, StayApplication, Wish
from udsyn.desk.rooms.stays.order import turn_of_hosts
from udsyn.desk.web.forms import CHOOSE, Plain

#: hosts that somebody can wish for on the public page
WISHES = 4


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ApplyForm(forms.ModelForm):
    """An application without an account. The field that people do not see is left empty by people."""

    required_css_class = "required"
    email = forms.EmailField(label=gettext_lazy("your e-mail"))
    website = forms.CharField(
        required=False,
        label=gettext_lazy("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    class Meta:
        model = StayApplication
        fields = (
            *("name", "email", "orcid", "institution", "country", "field", "project", "doctorate_on"),
            *("first", "last", "adults", "children", "asked", "travel"),
        )
        widgets = {  # noqa: RUF012
            "project": forms.Textarea(attrs={"rows": 6}),
            **{name: date_input() for name in ("first", "last", "doctorate_on")},
        }

    def __init__(self, round_: Round, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.round = round_
        hosts = round_.hosts.exclude(state="dropped")
        for number in range(1, min(WISHES, hosts.count()) + 1):
            label = _("wish number %(n)s") % {"n": number}
            word = CHOOSE if number == 1 else NONE
            self.fields[f"wish{number}"] = forms.ModelChoiceField(
                hosts, label=label, required=number == 1, empty_label=word
            )
        country: Any = self.fields["country"]
        country.empty_label = CHOOSE

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if len(set(self.wishes())) < len(self.wishes()):
            raise forms.ValidationError(_("Name each host once."))
        return said

    def wishes(self) -> list[Host]:
        """The hosts in the order in which they are wished for."""
        return [host for name, host in self.cleaned_data.items() if name.startswith("wish") and isinstance(host, Host)]


class AnswerForm(Plain):
    """A host's answer about everybody who wishes for it."""

    places = forms.IntegerField(label=gettext_lazy("guests you can receive"), min_value=0, max_value=99)
    minimum = forms.IntegerField(
        label=gettext_lazy("at least"),
        min_value=0,
        max_value=99,
        required=False,
        help_text=gettext_lazy("Fewer guests are not received."),
    )

    def __init__(self, host: Host, data: Any = None) -> None:
        super().__init__(data, initial={"places": host.places, "minimum": host.minimum})
        self.host = host
        self.wishes = letters.asked_of(host)
        self.ranks = letters.turn_first(host) == "rank"
        choices = [("", _("choose …")), *Wish.ANSWERS]
        for wish in self.wishes:
            answer = forms.ChoiceField(label=_("your answer"), choices=choices, initial=wish.answer)
            self.fields[f"answer{wish.pk}"] = answer
            if self.ranks:
                self.fields[f"rank{wish.pk}"] = forms.IntegerField(
                    label=_("your rank (1 is first; the same for two is allowed)"),
                    min_value=1,
                    max_value=999,
                    required=False,
                    initial=wish.rank,
                )
            self.fields[f"statement{wish.pk}"] = forms.CharField(
                label=_("your statement"),
                required=False,
                max_length=3000,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=wish.statement,
            )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        for wish in self.wishes:
            if self.ranks and said.get(f"answer{wish.pk}") == "yes" and said.get(f"rank{wish.pk}") is None:
                self.add_error(f"rank{wish.pk}", _("Say which rank."))
        if (said.get("minimum") or 0) > (said.get("places") or 0):
            self.add_error("minimum", _("It is more than there are places."))
        return said

    def groups(self) -> Iterator[tuple[dict[str, Any], list[Any]]]:
        """Each applicant as the pack lets the host see them, with the fields of the answer."""
        turn = turn_of_hosts(self.host.round)
        for wish in self.wishes:
            names = [
                name for name in self.fields if name in (f"answer{wish.pk}", f"rank{wish.pk}", f"statement{wish.pk}")
            ]
            sees = turn.sees if turn else ()
            said = letters.seen(wish, sees)
            shown = [(label, said[name]) for name, label in letters.headings(sees) if name != "name"]
            yield {"name": said.get("name", ""), "facts": shown}, [self[name] for name in names]

    def given(self) -> dict[int, tuple[str, int | None, str]]:
        said = self.cleaned_data
        return {
            wish.pk: (said[f"answer{wish.pk}"], said.get(f"rank{wish.pk}"), said[f"statement{wish.pk}"])
            for wish in self.wishes
        }


class JourneyForm(Plain):
    """A journey whose allowance is reckoned: which rates, where, from when to when, and which meals were free."""

    family = forms.ChoiceField(label=gettext_lazy("family of rates"))
    country = forms.RegexField(
        r"^[A-Z]{2}$", label=gettext_lazy("country of the rate"), help_text=gettext_lazy("Two letters, such as DK.")
    )
    begins = forms.DateTimeField(
        label=gettext_lazy("from"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends = forms.DateTimeField(
        label=gettext_lazy("to"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    breakfast = forms.IntegerField(label=gettext_lazy("free breakfasts"), min_value=0, required=False)
    lunch = forms.IntegerField(label=gettext_lazy("free lunches"), min_value=0, required=False)
    dinner = forms.IntegerField(label=gettext_lazy("free dinners"), min_value=0, required=False)
    known_on = forms.DateField(
        label=gettext_lazy("by the rates known on"),
        required=False,
        widget=date_input(),
        help_text=gettext_lazy("Empty: by all that are known today, with every correction."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["family"]
        chosen.choices = [(name, name) for name in money.families()]

    def case(self) -> dict[str, Any]:
        """The journey as `udsyn stays allowance` takes it; times are those of the place."""
        said = self.cleaned_data
        return {
            "family": said["family"],
            "country": said["country"],
            "from": said["begins"].replace(tzinfo=None).isoformat(timespec="minutes"),
            "to": said["ends"].replace(tzinfo=None).isoformat(timespec="minutes"),
            "free": {meal: said[meal] or 0 for meal in ("breakfast", "lunch", "dinner")},
        }
