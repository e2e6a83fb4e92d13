"""Choosing a row in a form: a list while it is short, a name to write where it is long.

A list of more than `MOST` rows is nothing to look through. Then the reader writes a name, a part of it, an e-mail
address or another sure key, and where that is not one row for certain the form comes back with those that fit.
`Anna Holm (#12)` means row 12 for certain. Only rows that the reader sees are ever found.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from functools import reduce
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel import search
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.wording import in_words, is_blank
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.web import exports
from udsyn.desk.web.requests import HttpRequest

MOST = 300  #: somewhat more than there are countries
OFFERED = 10
LONGEST = 300
NUMBER = re.compile(r"^(?P<name>.*?)\s*(?:\(#(?P<id>[0-9]{1,18})\)|(?<!.)#?(?P<bare>[0-9]{1,18}))$")


def is_long(rows: QuerySet) -> bool:
    return rows.order_by()[: MOST + 1].count() > MOST


def label(row: Any) -> str:
    """The row's name, with its number so that it means this row and no namesake."""
    return f"{row} (#{row.pk})"


def told_apart(row: Any, actor: Actor) -> str:
    """What tells a row from its namesakes: the first values of its list that its name does not say."""
    resource = RESOURCES.get(row._meta.model_name)
    columns = resource.columns_for(actor, row) if resource else []
    values = ((c.name, exports.plain(row, c, actor)) for c in columns if c.in_list)
    texts = [str(in_words(row, name, value)) for name, value in values if not is_blank(value)]
    return " · ".join([text for text in texts if text not in str(row)][:3])


def numbered(text: str, rows: QuerySet) -> Any:
    """The row that a number in the text names, unless a name beside it says otherwise."""
    found = NUMBER.match(text)
    if found is None:
        return None
    row = rows.filter(pk=int(found["id"] or found["bare"])).first()
    said = search.fold(found["name"])
    return row if row is not None and said in ("", search.fold(str(row))) else None


def fitting(text: str, rows: QuerySet, actor: Actor) -> tuple[list[Any], bool]:
    """Rows that the text may mean, and whether it says so in full: by number, by a sure key, by the whole name."""
    row = numbered(text, rows)
    if row is not None:
        return [row], True
    resource = RESOURCES.get(rows.model._meta.model_name)
    if resource and resource.importing:
        keys = [key for key in resource.importing.sure if key not in resource.private]
        key = text.rsplit("/", 1)[-1]  # an ORCID or ROR id may come as an address
        wanted = reduce(operator.or_, (Q(**{f"{name}__iexact": key}) for name in keys), Q(pk__in=()))
        if key and (found := list(rows.filter(wanted)[: OFFERED + 1])):
            return found, True
    words = search.fold(text.partition("(#")[0]).split()
    if not words:
        return [], False
    if resource and resource.search:
        hits = search.find(actor, " ".join(words), resource.kind).values("object_id")
        found = list(rows.filter(pk__in=hits)[: MOST + 1])
    else:
        found = [row for row in rows if all(word in search.fold(str(row)) for word in words)]
    whole = [row for row in found if search.fold(str(row)).split() == words]
    return (whole, True) if whole else (found, False)


def asked(request: HttpRequest, name: str) -> str:
    """A text of the address that is to be looked for."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST]


def writable(text: str) -> bool:
    """Short enough for a name, and without what no database holds."""
    return len(text) <= LONGEST and "\x00" not in text


class Doubt:
    """A text that may mean several rows, for asking which."""

    def __init__(self, place: int, text: str, found: list[Any], actor: Actor) -> None:
        self.place, self.text, self.more = place, text, max(0, len(found) - OFFERED)
        self.rows = [(f"{row.pk}:{text}", row, told_apart(row, actor)) for row in found[:OFFERED]]


class NameInput(forms.TextInput):
    """A text field, and where the text was in doubt the rows that fit as radio buttons."""

    template_name = "desk/_name.html"
    doubts: tuple[Doubt, ...] = ()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"doubts": self.doubts}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = data.get(name)
        return picked(data, name, 0, value.strip()) if isinstance(value, str) else value


class NamesInput(forms.Textarea):
    """The same for several rows, one a line."""

    template_name = "desk/_names.html"
    doubts: tuple[Doubt, ...] = ()
    allow_multiple_selected = True

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"doubts": self.doubts}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = data.get(name)
        if not isinstance(value, str):
            return value
        lines = [line.strip() for line in value.splitlines() if line.strip()]
        return [picked(data, name, place, line) for place, line in enumerate(lines)]

    def format_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, (list, tuple)) else value


def picked(data: Any, name: str, place: int, text: str) -> str:
    """The number that was chosen for this text; a choice made for another text counts no more."""
    number, _colon, of = str(data.get(f"{name}_pick_{place}", "")).partition(":")
    return f"#{number}" if whole_number(number) is not None and of == text else text


class Naming:
    """What both fields share: a text becomes a row, or a doubt, or an error."""

    queryset: Any
    widget: Any
    actor: Actor

    def named(self, texts: list[str]) -> list[Any]:
        rows, doubts, wrong = [], [], []
        for place, text in enumerate(texts):
            found, whole = fitting(text, self.queryset, self.actor) if writable(text) else ([], False)
            if whole and len(found) == 1:
                rows.append(found[0])
            elif found:
                doubts.append(Doubt(place, text, found, self.actor))
                wrong.append(_("Choose which “%(text)s” you mean.") % {"text": text})
            else:
                what = _("Nothing that you may see is called “%(text)s”. Write a part of the name.")
                wrong.append(what % {"text": text[:80]})
        self.widget.doubts = tuple(doubts)
        if wrong:
            raise ValidationError(wrong)
        return rows

    def shown(self, value: Any) -> Any:
        """A row or its number as the reader writes it."""
        if isinstance(value, Model):
            return label(value)
        row = numbered(str(value), self.queryset) if value not in (None, "") and writable(str(value)) else None
        return label(row) if row is not None else value


class NameField(Naming, forms.ModelChoiceField):
    widget = NameInput

    def prepare_value(self, value: Any) -> Any:
        return self.shown(value)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        return self.named([str(getattr(value, "pk", value))])[0]

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)


class NamesField(Naming, forms.ModelMultipleChoiceField):
    widget = NamesInput

    def prepare_value(self, value: Any) -> Any:
        return [self.shown(v) for v in value] if isinstance(value, (list, tuple, QuerySet)) else value

    def clean(self, value: Any) -> Any:
        if value and not isinstance(value, (list, tuple)):
            raise ValidationError(self.error_messages["invalid_list"], code="invalid_list")
        rows = self.named([str(getattr(v, "pk", v)) for v in value or ()])
        if self.required and not rows:
            raise ValidationError(self.error_messages["required"], code="required")
        return self.queryset.filter(pk__in=[row.pk for row in rows])


def offer(form: Any, name: str, rows: QuerySet) -> None:
    """Let this field of a form choose among these rows."""
    form.fields[name].queryset = rows


def by_name(form: Any, actor: Actor) -> None:
    """In this form, lists that are too long become names to write."""
    for name, field in form.fields.items():
        rows = field.queryset if isinstance(field, forms.ModelChoiceField) else None
        if rows is None or not is_long(rows):
            continue
        many = isinstance(field, forms.ModelMultipleChoiceField)
        help_ = gettext_lazy("One a line: a name or part of it, or an e-mail address.") if many else HELP
        made = (NamesField if many else NameField)(
            rows,
            required=field.required,
            label=field.label,
            initial=field.initial,
            help_text=" ".join(filter(None, (str(field.help_text), str(help_)))),
        )
        made.actor = actor
        made.widget.attrs |= asking(rows.model, many=many)
        form.fields[name] = made


HELP = gettext_lazy("A name or part of it, or an e-mail address.")


def asking(model: Any, *, many: bool = False) -> dict[str, str]:
    """Where a script asks for names while one writes; without it the server answers after sending."""
    resource = RESOURCES.get(model._meta.model_name)
    if many:
        return {"rows": "4", "autocomplete": "off"}
    found = {"autocomplete": "off", "maxlength": str(LONGEST)}
    return found | {"data-find": reverse("names", args=[resource.slug])} if resource and resource.search else found


def offered(text: str, rows: QuerySet, actor: Actor) -> Iterator[dict[str, str]]:
    """The first rows that fit what is written so far."""
    for row in fitting(text, rows, actor)[0][:OFFERED]:
        yield {"value": label(row), "label": told_apart(row, actor)}
