"""A change taken back: the form of its row, filled with what stood there before. Nothing is stored until it is saved,
by whoever may save it, with the checks of any other change."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import Http404
from django.urls import reverse

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Resource
from udsyn.desk.tools.numbers import whole_number


def changed(old: Any, new: Any, row: Any, names: Collection[str]) -> list[Any]:
    """The fields of these names that two versions of a row hold differently. Links to several rows have no versions."""
    fields = (field for field in row._meta.concrete_fields if field.name in names)
    return [field for field in fields if getattr(old, field.attname) != getattr(new, field.attname)]


def writable(actor: Actor, resource: Resource, row: Any) -> set[str]:
    """The fields that a form offers the actor; none to who may not change the row."""
    return set(resource.form_fields(actor, row)) if resource.form and actor.can("change", row) else set()


def before(actor: Actor, resource: Resource, row: Any, number: str) -> dict[str, Any]:
    """What the fields that the actor may write held before the change that the version of this number is.

    Raises Http404 where the row has no such version, or none before it.
    """
    new = row.history.filter(pk=whole_number(number)).first()
    old = new and new.prev_record
    if old is None:
        raise Http404
    return {f.name: getattr(old, f.attname) for f in changed(old, new, row, writable(actor, resource, row))}


def address(resource: Resource, row: Any, version: Any) -> str:
    """Where a change is taken back."""
    return f"{reverse('edit', args=[resource.slug, row.pk])}?back={version.pk}"


def offer(actor: Actor, resource: Resource, row: Any, newest: Any) -> str:
    """Where what was just saved is taken back; none where no version followed the `newest` of until then, or where it
    differs in nothing that a form holds."""
    new = row.history.first()
    follows = newest is not None and new.pk != newest.pk
    there = follows and changed(newest, new, row, writable(actor, resource, row))
    return address(resource, row, new) if there else ""
