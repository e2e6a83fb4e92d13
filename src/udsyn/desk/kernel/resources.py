"""The rooms' resources: what a list shows, a form asks, an export holds, the search reads. One declaration for each.

Pages, exports, the API and the tests walk over `RESOURCES`; a new resource is in all of them by being in its `Room`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import get_script_prefix, reverse
from django.utils.text import capfirst

from udsyn.desk.kernel import ordering, wording
from udsyn.desk.kernel.permissions import Actor, Anyone, Rule
from udsyn.desk.kernel.rooms import AREAS, DOORS, rooms


@dataclass(frozen=True)
class Column:
    """Something of a row that can be shown: an attribute path, its label, and who reads it where not everybody does."""

    name: str
    label: Any
    show: Callable[[Any], Any] | None = None
    order: str = ""  #: how the database orders by it; empty cannot be ordered by
    who: Rule = field(default_factory=Anyone)
    in_list: bool = True
    long: bool = False
    on_page: bool = True  #: False where another column says it to people
    blank: Callable[[Any], Any] | None = None  #: what it means that it is empty, where the model does not say
    say: Callable[[Any], Any] | None = None  #: how a page says it; sheets, which come back, hold it as typed

    def value(self, row: Any) -> Any:
        return self.show(row) if self.show else getattr(row, self.name)

    def blank_word(self, row: Any) -> Any:
        return self.blank(row) if self.blank else wording.blank_word(row, self.name)


def many(name: str) -> Callable[[Any], list[Any]]:
    """Shows the rows that a link to several holds."""
    return lambda row: list(getattr(row, name).all())


def columns(
    model: Any, *names: str, hidden: tuple[str, ...] = (), long: tuple[str, ...] = (), towns: tuple[str, ...] = ()
) -> tuple[Column, ...]:
    """Columns straight from a model's fields, with their own labels."""
    made = []
    for name in names:
        field = model._meta.get_field(name)
        path = f"{name}__{field.related_model._meta.ordering[0].lstrip('-')}" if field.is_relation else name
        made.append(
            Column(
                name,
                field.verbose_name,
                order="" if field.many_to_many else path,
                in_list=name not in hidden,
                long=name in long,
                show=many(name) if field.many_to_many else None,
                say=wording.town if name in towns else None,
            )
        )
    return tuple(made)


ENTRY = "stands_as"  #: the field that says in which state a row exists already; asked only before its life began


@dataclass(frozen=True)
class Part:
    """A row of another kind that a spreadsheet's line makes too, below its own: a person's affiliation."""

    kind: str
    link: str  #: its field that points at the line's row
    fields: tuple[str, ...]  #: the first must be filled, or there is no part
    told: tuple[str, ...] = ()  #: columns of the row that the first names, for such as are made: a country


@dataclass(frozen=True)
class Importing:
    """How the lines of a spreadsheet become rows."""

    sure: tuple[str, ...] = ()  #: a field that alone tells that two rows are one
    likely: tuple[str, ...] = ()  #: fields that together make it likely
    when_likely: str = "hold"  #: what then happens unless the reader chooses otherwise: hold, same, new
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)  #: headings that mean a field, besides its label
    part: Part | None = None
    beside: Callable[[Any], Any] | None = None  #: a row that comes with each new one: a request's first log line
    match: Callable[[list[Any]], list[str]] | None = None  #: looks all new rows up in the record, a sentence for each


@dataclass(frozen=True)
class Suggestion:
    """What a register knows that fits what is being written: a word for it, and values for the form."""

    key: str
    label: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Resource:
    model: Any
    slug: str  #: in URLs, plural
    room: Any  #: heading of the menu
    columns: tuple[Column, ...]
    form: tuple[str, ...] = ()  #: fields that the form asks
    private: frozenset[str] = frozenset()  #: fields that need the row's `private` rule
    search: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    select: tuple[str, ...] = ()  #: links read along, so that a list costs the same number of queries for any length
    children: tuple[tuple[Any, ...], ...] = ()  #: (kind, link back[, who sees the section]): lists below a row's page
    template: str = "desk/detail.html"
    context: Callable[[Any, Actor], dict[str, Any]] = lambda row, actor: {}
    follow: tuple[str, ...] = ()  #: related names read along
    counts: Callable[[Actor], dict[str, Any]] = lambda actor: {}  #: columns that the database counts, per reader
    attach: bool = True  #: comments and files can hang on it
    menu: bool = True
    save: Callable[[Any, Actor], Any] | None = None  #: the verb that creates one, where it is more than storing
    importing: Importing | None = None  #: rows can come from a spreadsheet
    change: Callable[..., Any] | None = None  #: the verb that changes one, where it is more than storing
    suggest: Callable[[dict[str, str]], list[Suggestion]] | None = None  #: what a register knows of what is written
    alike: Callable[[Any, Actor], list[Any]] | None = None  #: rows that are likely the new one

    @property
    def kind(self) -> str:
        return self.model._meta.model_name

    @property
    def name(self) -> Any:
        return self.model._meta.verbose_name

    @property
    def plural(self) -> Any:
        return self.model._meta.verbose_name_plural

    def rows(self, actor: Actor, *, merged: bool = False) -> QuerySet:
        """All that the actor sees, with links read along; rows that were merged into another only on demand."""
        found = self.model.objects.visible_to(actor).select_related(*self.select).prefetch_related(*self.follow)
        if not merged and any(f.name == "merged_into" for f in self.model._meta.fields):
            found = found.filter(merged_into__isnull=True)
        return found.annotate(**self.counts(actor)).order_by(*ordering.of(self.model))

    def columns_for(self, actor: Actor, row: Any = None) -> list[Column]:
        """Columns that the actor reads in every row of a list, or in this one."""
        return [
            c
            for c in self.columns
            if c.who.allows(actor, row) and (c.name not in self.private or reads_private(self.model, actor, row))
        ]

    def form_fields(self, actor: Actor, row: Any = None) -> list[str]:
        """Fields that the actor may write. Imports take sure keys for who somebody is, so that only colleagues write
        them: a client's new address or ORCID is confirmed by one."""
        sure = self.importing.sure if self.importing and not actor.staff else ()
        readable = (name for name in self.form if name not in self.private or reads_private(self.model, actor, row))
        begun = row is not None and row.lifecycle is not None and row.state != row.lifecycle.initial
        return [name for name in readable if name not in sure and not (begun and name == ENTRY)]

    def children_for(self, actor: Actor, row: Any) -> list[tuple[str, str]]:
        """The sections below a row's page for this reader."""
        return [(kind, link) for kind, link, *who in self.children if all(rule.allows(actor, row) for rule in who)]

    def may_create(self, actor: Actor) -> bool:
        """Can this actor create any row at all? The row itself is checked when it is saved."""
        rule = self.model.rules.get("create")
        return bool(self.form) and rule is not None and rule.possible(actor)

    def may_import(self, actor: Actor) -> bool:
        return self.importing is not None and self.may_create(actor)

    @property
    def sheet(self) -> Importing:
        """How a spreadsheet becomes rows, where it may."""
        if self.importing is None:
            raise LookupError(f"nothing is imported into {self.slug}")
        return self.importing

    def url(self, row: Any) -> str:
        return f"{self.list_url}{row.pk}/"

    @property
    def list_url(self) -> str:
        return list_at(self.slug, wording.language(), get_script_prefix())


@cache
def list_at(slug: str, _language: str, _prefix: str) -> str:
    """Django finds an address anew for each of the hundreds that a page has, a tenth of its time."""
    return reverse("list", args=[slug])


def reads_private(model: Any, actor: Actor, row: Any) -> bool:
    rule = model.rules.get("private")
    return rule is None or rule.allows(actor, row)


@dataclass(frozen=True)
class Panel:
    """What another room adds to a row's page: a heading, a template and its values."""

    heading: Any
    template: str
    values: dict[str, Any]


def panels(kind: str, row: Any, actor: Actor) -> list[Panel]:
    """What other rooms add to the page of a row; a room answers None where it has nothing to say."""
    makers = (make for room in rooms() for of_kind, make in room.panels if of_kind == kind)
    return [panel for make in makers if (panel := make(row, actor)) is not None]


@cache
def by_kind(_packages: tuple[str, ...]) -> dict[str, Resource]:
    found: dict[str, Resource] = {}
    for resource in (resource for room in rooms() for resource in room.resources):
        if (other := found.setdefault(resource.kind, resource)) is not resource:
            raise LookupError(
                f"{resource.model} and {other.model} are both of kind {resource.kind}: rename one of them."
            )
    return found


class Resources(Mapping[str, "Resource"]):
    """Kind → resource, of all rooms of this desk; read when it is asked, since rooms need the models."""

    def __getitem__(self, kind: str) -> Resource:
        return by_kind(tuple(settings.ROOMS))[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(by_kind(tuple(settings.ROOMS)))

    def __len__(self) -> int:
        return len(by_kind(tuple(settings.ROOMS)))


RESOURCES = Resources()


def by_slug(slug: str) -> Resource | None:
    return next((r for r in RESOURCES.values() if r.slug == slug), None)


def menu(actor: Actor) -> list[tuple[Any, list[tuple[str, list[tuple[str, str]]]]]]:
    """Areas with what stands in each: headings, with (label, address) below them. Pages come first, and to somebody
    with a role the lists that they may have rows in follow. An area without either is left out."""
    areas: dict[str, dict[str, list[tuple[str, str]]]] = {area: {} for area in AREAS}
    for room in rooms():
        here = areas[room.area]
        for page in room.pages:
            if page.who is None or page.who.possible(actor):
                here.setdefault(str(page.heading), []).append((capfirst(page.label), reverse(page.url)))
        for resource in room.resources:
            if actor.mandates and resource.menu and resource.model.rules["view"].possible(actor):
                here.setdefault(str(resource.room), []).append((capfirst(resource.plural), resource.list_url))
    return [(AREAS[area], list(found.items())) for area, found in areas.items() if found]


def doors() -> list[tuple[Any, list[tuple[str, str]]]]:
    """The public pages by who comes for them: doors, with (label, address) behind each."""
    pages = [(page, reverse(page.url)) for room in rooms() for page in room.pages]
    behind = [(label, [(capfirst(p.label), at) for p, at in pages if door in p.doors]) for door, label in DOORS.items()]
    return [(label, entries) for label, entries in behind if entries]
