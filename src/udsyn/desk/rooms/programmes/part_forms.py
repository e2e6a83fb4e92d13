"""Forms in which several partners or costs of an application are written at once, by several people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.wording import blank_word
from udsyn.desk.rooms.programmes.models import Application, BudgetLine, Partner
from udsyn.desk.rooms.programmes.states import TAKING_PART
from udsyn.desk.web.forms import name_blank


class PartForm(forms.ModelForm):
    """A part of an application, one of several on a page. What somebody else wrote since is told once, not undone."""

    required_css_class = "required"

    def __init__(self, application: Application, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.application = application
        for name, field in self.fields.items():
            name_blank(field, blank_word(self.instance, name))
            field.show_hidden_initial = self.instance.pk is not None

    def clean(self) -> dict[str, Any]:
        """Of a stored row, take only what this writer changed. Raises what another one changed in the same place."""
        cleaned: dict[str, Any] = super().clean() or {}
        sent: Any = self.data
        stored = type(self.instance).objects.filter(pk=self.instance.pk).first()
        if stored is None:
            return cleaned
        for name in [name for name in self._meta.fields or () if name in cleaned]:
            if name not in self.changed_data:
                cleaned[name] = getattr(stored, name)
            elif self.clashes(name, now := stored.serializable_value(name)):
                sent[self.add_initial_prefix(name)] = "" if now is None else now
                told = _("Somebody else wrote here at the same time: %(now)s. Save again to put yours in its place.")
                self.add_error(name, told % {"now": getattr(stored, name)})
        return cleaned

    def clashes(self, name: str, now: Any) -> bool:
        """Is it stored neither as this writer found it, nor as they leave it?"""
        field = self.fields[name]
        found, left = self.data.get(self.add_initial_prefix(name)), self[name].data
        return field.has_changed(now, found) and field.has_changed(now, left)


class PartnerForm(PartForm):
    class Meta:
        model = Partner
        fields = ("organisation_name", "country", "name", "email")


class CostForm(PartForm):
    class Meta:
        model = BudgetLine
        fields = ("kind_of", "text", "partner", "amount", "asked", "currency")

    def __init__(self, application: Application, *args: Any, **kwargs: Any) -> None:
        super().__init__(application, *args, **kwargs)
        partner: Any = self.fields["partner"]
        partner.queryset = application.partners.filter(state__in=TAKING_PART)
        self.fields["asked"].widget.attrs["placeholder"] = blank_word(self.instance, "asked")


class Parts(forms.BaseModelFormSet):
    """All parts of one kind, and a few empty places, in one form."""

    def __init__(self, rows: Any, application: Application, data: Any = None) -> None:
        held = data.copy() if data else None
        super().__init__(held, queryset=rows, prefix="part", form_kwargs={"application": application})

    def kept(self) -> list[Any]:
        """What was written or changed, as it would be stored."""
        return [one.instance for one in self.forms if one.has_changed() and one not in self.deleted_forms]

    def dropped(self) -> list[Any]:
        return [one.instance for one in self.deleted_forms if one.instance.pk]

    def as_written(self) -> tuple[list[Any], int]:
        """All parts as they stand on the page, and how many are not yet whole."""
        written = [one for one in self.forms if one.instance.pk or one.has_changed()]
        whole = [one for one in written if one.is_valid()]
        kept = [one.instance for one in whole if not one.cleaned_data.get(DELETION_FIELD_NAME)]
        return kept, len(written) - len(whole)


SEVERAL: dict[str, Any] = {"formset": Parts, "extra": 3, "can_delete": True, "can_delete_extra": False}
PartnerForms: Any = forms.modelformset_factory(Partner, PartnerForm, max_num=200, **SEVERAL)
CostForms: Any = forms.modelformset_factory(BudgetLine, CostForm, max_num=500, **SEVERAL)
