"""Forms made from a call's questions, and the small ones of this room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.wording import NOT_KNOWN, said
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.programmes.case import Asked
from udsyn.desk.rooms.programmes.models import Application, Finding
from udsyn.desk.web.forms import CHOOSE, Plain


def field_of(asked: Asked) -> forms.Field:
    """A question as a field. Nothing is required while one writes: what is missing is told before handing in."""
    question = asked.question
    label = f"{asked.label} – {asked.partner}" if asked.partner else asked.label
    blank = ("", CHOOSE if question.required else NOT_KNOWN)
    if question.kind == "choice":
        choices = [(code, said(words)) for code, words in question.choices.items()]
        return forms.ChoiceField(label=label, required=False, choices=[blank, *choices])
    if question.kind == "country":
        countries = sorted(((one.code, str(one)) for one in Country.objects.all()), key=lambda one: one[1])
        return forms.ChoiceField(label=label, required=False, choices=[blank, *countries])
    if question.kind == "yes_no":
        yes_no = forms.Select(choices=[blank, ("true", _("yes")), ("false", _("no"))])
        return forms.NullBooleanField(label=label, required=False, widget=yes_no)
    if question.kind == "number":
        return forms.FloatField(label=label, required=False)
    rows = 3 if question.most <= 500 else 10
    return forms.CharField(
        label=label, required=False, max_length=question.most, widget=forms.Textarea(attrs={"rows": rows})
    )


class AnswersForm(Plain):
    """Title, organisation and all answers, as they stand at a revision."""

    def __init__(self, row: Application, asked: list[Asked], data: Any = None) -> None:
        said = {n: str(v).lower() if isinstance(v, bool) else v for n, v in row.answers.items()}  # as a choice says it
        initial = {"title": row.title, "organisation_name": row.organisation_name, "base": row.revision, **said}
        super().__init__(data, initial=initial)
        self.fields["base"] = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
        self.fields["title"] = forms.CharField(label=_("title"), max_length=200)
        self.fields["organisation_name"] = forms.CharField(
            label=_("organisation's name"),
            max_length=200,
            required=False,
            help_text=_("It need not be verified before you write."),
        )
        for one in asked:
            self.fields[one.name] = field_of(one)

    def given(self) -> dict[str, Any]:
        """What was written, empty answers as none, lines ended alike. What the page did not send is not said."""
        sent = {
            name: value.replace("\r\n", "\n") if isinstance(value, str) else value
            for name, value in self.cleaned_data.items()
            if name in self.data and name != "base"
        }
        return {name: None if value == "" and name != "organisation_name" else value for name, value in sent.items()}


class PaperForm(Plain):
    """A document for one of the places that the call names."""

    place = forms.ChoiceField(label=_("document"))
    file = forms.FileField(label=_("file"))

    def __init__(self, places: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.choices = places


class FindingForm(Plain):
    rule = forms.ChoiceField(label=_("rule"))
    outcome = forms.ChoiceField(label=_("outcome"), choices=Finding.OUTCOMES)
    reason = forms.CharField(label=_("reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, rules: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule: Any = self.fields["rule"]
        rule.choices = rules


class BeginForm(Plain):
    """A title; of somebody whom nobody knows yet, the name too."""

    def __init__(self, unknown: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if unknown:
            self.fields["given_name"] = forms.CharField(label=_("given name"), max_length=100)
            self.fields["family_name"] = forms.CharField(label=_("family name"), max_length=100)
        self.fields["title"] = forms.CharField(label=_("title of your project"), max_length=200)
