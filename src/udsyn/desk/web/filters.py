"""The filters above a list: each narrows its rows by what the address says, and says how the page asks for it."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Resource
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.web import choosing
from udsyn.desk.web.requests import HttpRequest

DAYS = (models.DateField,)  # a moment is one too
NUMBERS = (models.IntegerField, models.FloatField, models.DecimalField)

Said = dict[str, Any]  #: what the page shows of a filter


def narrow(rows: QuerySet, request: HttpRequest, resource: Resource, name: str) -> tuple[QuerySet, Said]:
    """The rows that one filter leaves, and the filter for the page."""
    field: Any = resource.model._meta.get_field(name)
    if isinstance(field, (*DAYS, *NUMBERS)) and not field.choices:
        return between(rows, request, field)
    chosen = choosing.asked(request, name)
    said: Said = {"name": name, "label": field.verbose_name, "chosen": chosen, "choices": None}
    linked = linked_rows(request.actor, resource, field) if isinstance(field, models.ForeignKey) else None
    if linked is not None and choosing.is_long(linked):
        said["attrs"] = choosing.asking(field.related_model)
        if chosen:
            found, _whole = choosing.fitting(chosen, linked, request.actor)
            rows = rows.filter(**{f"{name}__in": found})
            said["chosen"] = choosing.label(found[0]) if whole_number(chosen) and found else chosen
        return rows, said
    said["choices"] = choices(request.actor, resource, field, linked)
    if chosen and chosen in {code for code, _label in said["choices"]}:
        life = resource.model.lifecycle if name == "state" else None
        rows = rows.filter(life.on(chosen) if life else Q(**{name: chosen}))
    return rows, said


def between(rows: QuerySet, request: HttpRequest, field: Any) -> tuple[QuerySet, Said]:
    """From and to, both of them in. What is no day or number does not narrow, and is not shown as if it did."""
    kind = "date" if isinstance(field, DAYS) else "number"
    path = f"{field.name}__date" if isinstance(field, models.DateTimeField) else field.name
    ends: dict[str, Any] = {}
    for end, compared in (("from", "gte"), ("to", "lte")):
        name = f"{field.name}_{end}"
        text = choosing.asked(request, name)
        value = day(text) if kind == "date" else number(text)
        if value is not None:
            rows = rows.filter(**{f"{path}__{compared}": value})
        ends[end] = {"name": name, "chosen": text if value is not None else ""}
    return rows, {"label": field.verbose_name, "kind": kind, "ends": ends}


def day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 2**63 else None


def linked_rows(actor: Actor, resource: Resource, field: Any) -> Any:
    """The rows to which a list's rows are linked, as far as the reader sees both."""
    rows, every = resource.model.objects.visible_to(actor).order_by(), field.related_model.objects.order_by()
    if resource.model.rules["view"].always(actor):  # any row is one: not all of them are read
        used = every.filter(Exists(rows.filter(**{field.attname: OuterRef("pk")}))).values_list("pk", flat=True)
    else:
        used = rows.values_list(field.attname, flat=True).distinct()
    few = list(used[: choosing.MOST + 1])  # where they are, the list itself is read once
    return field.related_model.objects.visible_to(actor).filter(pk__in=few if len(few) <= choosing.MOST else used)


def choices(actor: Actor, resource: Resource, field: Any, linked: Any) -> list[tuple[str, Any]]:
    if field.name == "state" and resource.model.lifecycle:
        return resource.model.lifecycle.said(actor)
    if field.choices:
        return list(field.choices)
    if linked is not None:
        return [(str(row.pk), row) for row in linked]
    return [("True", _("yes")), ("False", _("no"))]
