"""Forms of the room of grants: a change of each kind, an account in each shape, a prolongation of many."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.wording import blank_word
from udsyn.desk.rooms.grants.models import Grant, GrantAccount, GrantChange
from udsyn.desk.rooms.parties.models import Organisation
from udsyn.desk.rooms.programmes.models import Call
from udsyn.desk.rooms.programmes.models.applications import COSTS
from udsyn.desk.web.forms import Plain, name_blank, widgets
from udsyn.packs.grants import TWO_FIGURES

#: kind of change → what it asks besides the reason
FIELDS = {
    "duration": ("starts", "ends"),
    "budget": (),
    "partner": ("leaves", "name", "organisation_name", "country"),
    "administrator": ("administrator", "from_day", "old_agrees", "new_agrees"),
}
LINE = "line-"  #: what the fields of budget lines begin with


class WithLines(forms.ModelForm):
    """A form that begins with a field for each line of a budget, kept in the column `lines`."""

    required_css_class = "required"

    def __init__(self, lines: list[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(COSTS)
        for kind, amount in lines:
            self.fields[f"{LINE}{kind}"] = forms.DecimalField(
                label=labels[kind], min_value=0, max_digits=14, decimal_places=2, required=False, initial=amount
            )
        self.order_fields([name for name in self.fields if name.startswith(LINE)])
        for name, field in self.fields.items():
            name_blank(field, blank_word(self.instance, name))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        said = {name.removeprefix(LINE): value for name, value in cleaned.items() if name.startswith(LINE)}
        if any(name.startswith(LINE) for name in self.fields):
            self.instance.lines = {kind: str(value) for kind, value in said.items() if value is not None}
        return cleaned


def change_form(grant: Grant, kind: str, data: Any = None) -> WithLines:
    """The form of one kind of change."""

    class ChangeForm(WithLines):
        class Meta:
            model = GrantChange
            fields = (*FIELDS[kind], "reason")
            formfield_callback = staticmethod(widgets)

    held = {one.kind_of: one.amount for one in grant.grantlines.all()}
    lines = [(code, held.get(code, 0)) for code, _label in COSTS] if kind == "budget" else []
    form = ChangeForm(lines, data, instance=GrantChange(grant=grant, kind_of=kind))
    fields: dict[str, Any] = form.fields
    if kind == "partner":
        fields["leaves"].queryset = grant.taking_part()
    if kind == "administrator" and grant.administrator:
        places = Organisation.objects.filter(country=grant.administrator.country, merged_into__isnull=True)
        fields["administrator"].queryset = places.exclude(pk=grant.administrator_id).order_by("name")
    return form


def account_form(row: GrantAccount, data: Any = None) -> WithLines:
    """An account's form: two figures, or a figure for each line of the approved budget."""

    class AccountForm(WithLines):
        class Meta:
            model = GrantAccount
            fields = (*(("spent", "unspent") if row.shape == TWO_FIGURES else ()), "signed_by", "audited_by")

    lines = (
        []
        if row.shape == TWO_FIGURES
        else [(one.kind_of, row.lines.get(one.kind_of)) for one in row.grant.grantlines.all()]
    )
    return AccountForm(lines, data, instance=row)


class ProlongForm(Plain):
    call = forms.ModelChoiceField(label=_("call"), queryset=Call.objects.none())
    months = forms.IntegerField(label=_("months longer"), min_value=1, max_value=60)
    reason = forms.CharField(label=_("reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, calls: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["call"]
        field.queryset = calls
