"""Rows written from plain data, as the API takes it: through the same forms, with the same checks and rights."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from i18nfield.forms import I18nFormField
from i18nfield.strings import LazyI18nString

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Resource
from udsyn.desk.web.forms import form_class

LARGEST = 2**63 - 1


def write(resource: Resource, actor: Actor, given: dict[str, Any], row: Any = None) -> Any:
    """Create a row, or change the given fields of one. Links are ids; texts in languages are {"da": ..., "en": ...}.

    Raises `Refused` for who may not, `ValidationError` with the field's name where a value cannot be.
    """
    if row is None and not resource.may_create(actor):
        raise commands.Refused()
    if row is not None and not (resource.form and actor.can("change", row)):
        raise commands.Refused()
    names = resource.form_fields(actor, row)
    strange = sorted(set(given) - set(names))
    if strange:
        raise ValidationError(f"{', '.join(strange)}: not a field that you may write. Fields are {', '.join(names)}.")
    form_type = form_class(resource, actor, row)
    held = model_to_dict(row or resource.model(), names)
    data: dict[str, Any] = {}
    for name, value in {**held, **given}.items():
        data |= as_input(name, value, form_type.base_fields[name], checked=name in given)
    form = form_type(data, instance=row)
    if kept := sorted(set(given) - set(form.fields)):
        raise ValidationError(f"{', '.join(kept)}: holds what you may not see, so that it stays as it is.")
    if not form.is_valid():
        raise ValidationError([f"{name}: {text}" for name, texts in form.errors.items() for text in texts])
    store(resource, form, actor)
    return form.instance


@transaction.atomic
def store(resource: Resource, form: Any, actor: Actor) -> None:
    """Store what a checked form holds, by the resource's own verb where it has one."""
    row, many = form.instance, form.many()
    if row.pk is None and resource.save:
        resource.save(row, actor)
        for name, rows in many.items():
            getattr(row, name).set(rows)
    elif row.pk is not None and resource.change:
        resource.change(row, actor, many=many)
    else:
        commands.save(row, actor, many=many)


def as_input(name: str, value: Any, field: Any, *, checked: bool) -> dict[str, Any]:
    """A value as a form's input would send it. What came from outside is checked to be of a kind that fits."""
    if isinstance(field, I18nFormField):
        texts = value.data if isinstance(value, LazyI18nString) else value
        texts = texts if isinstance(texts, dict) else {settings.LANGUAGE_CODE: texts}
        codes = [code for code, _name in settings.LANGUAGES]
        if set(texts) - set(codes):
            raise ValidationError(f"{name}: write an object with {', '.join(codes)}.")
        return {f"{name}_{i}": plain(name, texts.get(code), checked=checked) for i, code in enumerate(codes)}
    if isinstance(value, (list, tuple)) and hasattr(field, "queryset") and field.widget.allow_multiple_selected:
        return {name: [plain(name, getattr(v, "pk", v), checked=checked) for v in value]}
    return {name: plain(name, value, checked=checked, truth=isinstance(field, forms.BooleanField))}


def plain(name: str, value: Any, *, checked: bool, truth: bool = False) -> Any:
    """One text, number or nothing, or a truth where the field is one.

    Raises ValidationError for anything else, and for what no database holds.
    """
    if value is None:
        return ""
    if not checked:
        return value
    if isinstance(value, (list, dict)):
        raise ValidationError(f"{name}: one value is expected here.")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValidationError(f"{name}: write a number.")
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) > LARGEST:
        raise ValidationError(f"{name}: the number is too large.")
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValidationError(f"{name}: the text holds half a character.") from None
    return value if truth and isinstance(value, bool) else str(value)
