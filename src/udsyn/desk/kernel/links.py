"""What points at a row: foreign keys of any model, and rows that hang on it by kind and id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from udsyn.desk.kernel.models import Attached

#: of their own making: they say what happened and do not keep a row from being moved or removed
RECORDS = frozenset({"Merge", "Index"})


def ours() -> Iterator[Any]:
    return (m for m in apps.get_models() if not m.__name__.startswith("Historical") and m.__name__ not in RECORDS)


def foreign_keys(target: Any) -> Iterator[tuple[Any, str]]:
    """Every model and column that may point at a row of this model (not history, not merges)."""
    for model in ours():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is target and field.name != "merged_into":
                yield model, field.attname


def attached() -> Iterator[Any]:
    """Every model whose rows hang on a row of any kind."""
    return (model for model in ours() if issubclass(model, Attached))
