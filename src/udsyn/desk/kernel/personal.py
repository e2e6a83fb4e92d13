"""What each room holds of people, said once: of whom, why, for how long, and what erasing leaves.

A room names its models in `Room.personal`. The register of processing, access packs, erasure and the nightly retention
read it from there; a test finds a model that holds people and is not named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.rooms import rooms

BASES = (
    ("public_task", _("public task (GDPR art. 6(1)(e))")),
    ("consent", _("consent (GDPR art. 6(1)(a))")),
    ("contract", _("contract (GDPR art. 6(1)(b))")),
    ("unknown", _("not known")),
)
BLANK, DELETE, STAYS = "blank", "delete", "stays"
#: what erasing does with rows of somebody, in words
LEFT = {
    BLANK: _("the row stays without what tells who it is"),
    DELETE: _("the row goes"),
    STAYS: _("the row stays; the name that it shows goes with the person"),
}
MARK = "[erased]"  #: what stands where something must stand


@dataclass(frozen=True)
class Purpose:
    """Why a room holds people, on which basis, and who else receives it."""

    says: Any
    basis: str = "public_task"
    recipients: Any = ""


@dataclass(frozen=True)
class Keep:
    """How long rows are kept: so many years, months and days after the day at `since`, through that day.

    `where` says for which of them, an outcome mostly. A row whose day is not known is kept, and the register shows it.
    """

    since: str  #: path to a day or a moment
    years: int = 0
    months: int = 0
    days: int = 0
    where: Mapping[str, Any] = field(default_factory=dict)
    says: Any = ""  #: of which of them, and why so long, in words

    def begun_before(self, day: dt.date) -> dt.date:
        """Rows whose clock began before this day have run out on `day`. A month after 31 January is the last of
        February."""
        ends = day - dt.timedelta(days=self.days)
        whole = ends.year * 12 + ends.month - 1 - (self.years * 12 + self.months)
        try:
            return dt.date(whole // 12, whole % 12 + 1, ends.day)
        except ValueError:  # that month is shorter: whatever began in it is over
            return dt.date((whole + 1) // 12, (whole + 1) % 12 + 1, 1)

    def run_out(self, model: Any, day: dt.date) -> Q:
        """The rows of a model whose time is over on a day, as a filter."""
        moment = isinstance(column_at(model, self.since), models.DateTimeField)
        path = f"{self.since}__date" if moment else self.since
        return Q(**{f"{path}__lt": self.begun_before(day)}, **self.where)


@dataclass(frozen=True)
class Personal:
    """A model that holds people. `subject` leads to the person a row is about (`pk`: the row is the person).

    Where nobody is linked, `address` names columns by whose value somebody is known (e-mail, ORCID, the author's id in
    the record), and `row` those that hold a row's name (person:12). `called` are columns with a name in full. `fields`
    are all that erasing empties.
    """

    model: Any
    purpose: Purpose
    subject: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    row: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()  #: who read these is noted
    keep: tuple[Keep, ...] = ()
    erase: str = BLANK
    #: what else erasing a row does, before it is emptied: close an account, never ask again
    first: Callable[[Any], None] = lambda row: None

    def __post_init__(self) -> None:
        for name in (*self.fields, *self.address, *self.sensitive):
            column_at(self.model, name)
        if self.erase == BLANK and not self.fields:
            raise ValueError(f"{self.model.__name__}: name the fields that erasing empties, or say delete or stays.")

    def of(self, person: int | None, addresses: frozenset[str] = frozenset()) -> Q:
        """The rows of somebody, as a filter."""
        found = Q(pk__in=())
        if person is not None:
            found |= either(dict.fromkeys(self.subject, person))
            found |= either(dict.fromkeys(self.row, f"person:{person}"))
        for path in self.address:
            alone = Q(**{f"{link}__isnull": True for link in self.subject if link != "pk"})
            for one in addresses:
                found |= Q(**{f"{path}__iexact": one}) & alone
        return found

    def empty(self, pk: int) -> dict[str, Any]:
        """What erasing writes into the fields of a row."""
        return {name: emptied(self.model._meta.get_field(name), pk) for name in self.fields}


def either(paths: Mapping[str, Any]) -> Q:
    found = Q(pk__in=())
    for path, value in paths.items():
        found |= Q(**{path: value})
    return found


def column_at(model: Any, path: str) -> Any:
    """The column at a path such as `request__keep_until`. Raises FieldDoesNotExist."""
    *links, last = path.split("__")
    for name in links:
        model = model._meta.get_field(name).related_model
    return model._meta.pk if last == "pk" else model._meta.get_field(last)


def emptied(column: Any, pk: int) -> Any:
    """The value that a column has when what it said is erased; of an address one that is nobody's, each its own."""
    if column.null:
        return None
    if isinstance(column, models.EmailField):
        return "" if column.blank else f"erased-{pk}@erased.invalid"
    if isinstance(column, models.JSONField):
        return column.get_default()
    if isinstance(column, models.CharField | models.TextField):
        return "" if column.blank else MARK[: column.max_length]
    return column.get_default()


def colleagues(model: Any, *links: str) -> Personal:
    """Rows in which a colleague is named for what they do: kept with the row; their name goes with the person."""
    return Personal(model, DUTY, subject=links, erase=STAYS)


DUTY = Purpose(_("who is responsible for what"), "public_task", _("colleagues"))


def declared() -> Iterator[Personal]:
    """All that the rooms of this desk hold of people."""
    return (one for room in rooms() for one in room.personal)


def of_model(model: Any) -> list[Personal]:
    """What is said of a model: several where a row is about several people."""
    return [one for one in declared() if one.model is model]


def person() -> Personal:
    """The model of people themselves."""
    return next(one for one in declared() if "pk" in one.subject)
