"""Forms made from a resource: the fields that this actor may write, with plain, accessible widgets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel import ordering
from udsyn.desk.kernel.models import VISIBILITY
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Resource
from udsyn.desk.kernel.wording import NOT_KNOWN, blank_word
from udsyn.desk.web import choosing

CHOOSE = _("choose …")  #: in place of what is chosen, while nothing is


class Plain(forms.Form):
    """Errors beside their field, tied to it for screen readers."""

    required_css_class = "required"


def widgets(field: Any) -> Any:
    """HTML's own date and time fields; they work without JavaScript and follow the reader's language."""
    if isinstance(field, models.DateTimeField):
        return forms.DateTimeField(
            label=field.verbose_name,
            required=not field.blank,
            help_text=field.help_text,
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        )
    if isinstance(field, models.DateField):
        return forms.DateField(
            label=field.verbose_name,
            required=not field.blank,
            help_text=field.help_text,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y"],
        )
    if isinstance(field, models.URLField):
        return field.formfield(assume_scheme="https")
    if isinstance(field, models.TextField) and type(field) is models.TextField:
        return field.formfield(widget=forms.Textarea(attrs={"rows": 5}))
    return field.formfield()


def name_languages(field: Any) -> None:
    """A text in several languages has an input for each; each says which, to eyes and to screen readers."""
    names = dict(settings.LANGUAGES)
    for widget, code in zip(getattr(field.widget, "widgets", ()), names, strict=False):
        widget.attrs.update({"aria-label": f"{field.label}, {names[code]}", "lang": code, "placeholder": names[code]})
        if "rows" in widget.attrs:
            widget.attrs["rows"] = 4


def name_blank(field: Any, word: Any) -> None:
    """What choosing nothing means, where nothing may be chosen; that something is to be chosen, where it must."""
    word = CHOOSE if field.required else word
    if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
        field.empty_label = word
    elif isinstance(field, forms.ChoiceField) and field.choices and not isinstance(field, forms.ModelChoiceField):
        offered: Any = field.choices
        field.choices = [(code, label if code else word) for code, label in offered]


def choices(rows: Any, actor: Actor, stands: list[int]) -> Any:
    """Rows that the actor sees, without those that were merged, but for what stands there; None where something that
    the actor does not see stands there: it is neither shown nor taken away by whoever writes another field."""
    seen = rows.visible_to(actor)
    if len(stands) > seen.filter(pk__in=stands).values("pk").distinct().count():
        return None
    if any(field.name == "merged_into" for field in rows.model._meta.fields):
        seen = seen.filter(models.Q(merged_into__isnull=True) | models.Q(pk__in=stands))
    return seen


def held(row: Any, name: str) -> list[int]:
    """Which rows a link of a row holds now."""
    link = row._meta.get_field(name)
    if link.many_to_many:
        return list(getattr(row, name).values_list("pk", flat=True)) if row.pk else []
    value = getattr(row, link.attname) if row.pk else None
    return [] if value is None else [value]


def form_class(resource: Resource, actor: Actor, row: Any = None) -> type[forms.ModelForm]:
    """The form of a resource for this actor: private fields and rows that are not seen are not offered."""
    names = resource.form_fields(actor, row)

    class RowForm(forms.ModelForm):
        required_css_class = "required"

        class Meta:
            model = resource.model
            fields = names
            formfield_callback = staticmethod(widgets)

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            field: Any
            for name, field in list(self.fields.items()):
                name_languages(field)
                name_blank(field, blank_word(self.instance, name))
                rows = getattr(field, "queryset", None)
                if rows is not None and hasattr(rows, "visible_to"):
                    offered = choices(rows, actor, held(self.instance, name))
                    if offered is None:
                        del self.fields[name]
                        continue
                    shown = RESOURCES.get(rows.model._meta.model_name)  # its name may read linked rows
                    offered = offered.select_related(*(shown.select if shown else ()))
                    field.queryset = offered.order_by(*ordering.of(rows.model))
            choosing.by_name(self, actor)

        def many(self) -> dict[str, Any]:
            names = {f.name for f in resource.model._meta.many_to_many}
            return {name: value for name, value in self.cleaned_data.items() if name in names}

    return RowForm


class CommentForm(Plain):
    text = forms.CharField(label=_("comment"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    visibility = forms.ChoiceField(label=_("who sees it"), choices=VISIBILITY[::-1], required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not actor.staff:
            del self.fields["visibility"]


class FileForm(Plain):
    file = forms.FileField(
        label=_("file"), help_text=_("PDF, Word, Excel, PowerPoint, OpenDocument, image, text; at most 20 MB.")
    )
    language = forms.ChoiceField(
        label=_("language"),
        required=False,
        choices=[("", NOT_KNOWN), ("da", _("Danish")), ("en", _("English")), ("other", _("another language"))],
    )
    authentic = forms.NullBooleanField(
        label=_("authentic text"),
        required=False,
        widget=forms.Select(choices=[("unknown", NOT_KNOWN), ("true", _("yes")), ("false", _("no"))]),
    )
    visibility = forms.ChoiceField(label=_("who sees it"), choices=VISIBILITY[::-1])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # a comment's form stands beside it, and has fields of the same name
        super().__init__(*args, **{"auto_id": "file_%s", **kwargs})


class ReasonForm(Plain):
    reason = forms.CharField(
        label=_("reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed
