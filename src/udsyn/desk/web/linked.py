"""Which rows that stand in the cells of a page its reader may open: a link leads nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import ForeignKey

from udsyn.desk.kernel.permissions import Actor, Anyone
from udsyn.desk.kernel.resources import RESOURCES, Column

#: model → numbers of its rows that may be opened; a model that is missing has no pages, or pages for everybody
Openable = dict[Any, frozenset[int]]


def openable(actor: Actor, *tables: tuple[Iterable[Any], Iterable[Column]]) -> Openable:
    """Of the rows that these tables link to, those that the actor sees: one question a model, however many rows."""
    named: dict[Any, set[int]] = defaultdict(set)
    for rows, columns in tables:
        names = [column.name for column in columns]
        for row in rows:
            for link in links(type(row), names):
                named[link.related_model].add(getattr(row, link.attname))
    return {model: seen(actor, model, numbers - {None}) for model, numbers in named.items() if asks(model)}


def links(model: Any, names: list[str]) -> list[Any]:
    fields = {field.name: field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)}
    return [fields[name] for name in names if name in fields]


def asks(model: Any) -> bool:
    return model._meta.model_name in RESOURCES and not isinstance(model.rules["view"], Anyone)


def seen(actor: Actor, model: Any, numbers: Iterable[Any]) -> frozenset[int]:
    return frozenset(model.objects.visible_to(actor).filter(pk__in=numbers).values_list("pk", flat=True))
