"""What is asked of people: only what no record of publications, grants and projects can know."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel.ties import Tie
from udsyn.desk.rooms.service.models import Outcome

KNOWN = ("publication", "grant")  #: the record finds these by itself
REST = [(code, label) for code, label in Outcome.KINDS if code not in KNOWN]


class RestForm(forms.ModelForm):
    """Jobs, contracts, moves: what came of one of these ties besides; all of it may stay empty."""

    kind_of = forms.ChoiceField(
        label=gettext_lazy("kind"), required=False, choices=[("", gettext_lazy("choose")), *REST]
    )
    title = forms.CharField(label=gettext_lazy("title"), required=False, max_length=200)
    date = forms.DateField(
        label=gettext_lazy("date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    tie = forms.ModelChoiceField(Tie.objects.none(), label=gettext_lazy("with"), required=False, empty_label=None)

    instance: Any

    class Meta:
        model = Outcome
        fields = ("kind_of", "title", "date", "additionality")
        labels = {"additionality": gettext_lazy("without this tie")}  # noqa: RUF012

    def __init__(self, *args: Any, ties: list[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        choice: Any = self.fields["tie"]
        choice.queryset = Tie.objects.filter(pk__in=[tie.pk for tie in ties])
        choice.choices = [(tie.pk, f"{tie.other} ({tie.made_by}, {tie.date.year})") for tie in ties]
        self.fields["additionality"].required = False

    @property
    def says(self) -> bool:
        """Whether anything was written."""
        return bool(self.cleaned_data.get("kind_of") or self.cleaned_data.get("title"))

    def clean_additionality(self) -> str:
        return self.cleaned_data["additionality"] or "unknown"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.says and not (given.get("kind_of") and given.get("title") and given.get("tie")):
            raise ValidationError(_("Say which kind it is, and what."))
        return given

    def _post_clean(self) -> None:
        """The row is checked when it is known what it hangs on (`commands.report`)."""
        self.instance = forms.models.construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)


class OutcomeForm(forms.ModelForm):
    """What a colleague notes of a tie."""

    required_css_class = "required"
    instance: Any
    evidence = forms.URLField(label=gettext_lazy("evidence"), required=False, assume_scheme="https")

    class Meta:
        model = Outcome
        fields = ("kind_of", "title", "date", "evidence", "amount", "currency", "additionality")
        widgets = {"date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}  # noqa: RUF012

    def _post_clean(self) -> None:
        self.instance = forms.models.construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
