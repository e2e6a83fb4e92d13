"""What a spreadsheet would do, line by line, without doing it."""

from __future__ import annotations

import copy
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import formats
from django.utils.translation import gettext as _
from i18nfield.strings import LazyI18nString

from udsyn.desk.kernel.ledger import seal_of
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Resource
from udsyn.desk.kernel.search import fold
from udsyn.desk.kernel.wording import blank_words, is_blank, language
from udsyn.desk.tools.cells import Cells, Missing, Wrong, words_of
from udsyn.desk.tools.columns import ID, Reading, Target, fields_of
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.tools.sheets import Line, Table

log = logging.getLogger(__name__)
SHOWN = 120  #: characters of a value that a dry run shows


@dataclass(frozen=True)
class Problem:
    """What keeps a row back: where, what, and what to do. Column and value are empty where it is the whole row."""

    row: int
    column: str
    value: str
    what: str
    todo: str


@dataclass
class Planned:
    """One line: what it does to which row, and the values that change."""

    line: Line
    action: str = "new"  #: new, change, same, twice, held
    row: Any = None
    stored: Any = None
    values: dict[str, Any] = field(default_factory=dict)
    part: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)  #: of the row that its part names
    changes: list[tuple[str, str, str]] = field(default_factory=list)  #: field label, before, after
    problems: list[Problem] = field(default_factory=list)
    note: str = ""


@dataclass
class Plan:
    lines: list[Planned] = field(default_factory=list)
    missing: list[Any] = field(default_factory=list)  #: rows that cells name and that would be made first
    parts: list[Any] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)  #: what stands against the whole sheet
    notices: list[str] = field(default_factory=list)
    sheets: tuple[str, ...] = ()

    @property
    def counts(self) -> Counter[str]:
        found = Counter(planned.action for planned in self.lines)
        found["missing"], found["parts"] = len(self.missing), len(self.parts)
        return found

    def seal(self) -> str:
        """The same for two plans that do the same, in whatever language they are told."""
        lines = [(p.line.number, p.action, p.row and p.row.pk, plain(p.values), plain(p.part)) for p in self.lines]
        return seal_of([lines, list(map(str, self.missing)), bool(self.obstacles)])

    def told(self) -> dict[str, Any]:
        """The plan as plain data, to keep and to show."""
        return {
            "sheets": list(self.sheets),
            "counts": {name: n for name, n in sorted(self.counts.items()) if n},
            "obstacles": self.obstacles,
            "notices": self.notices,
            "missing": [str(row) for row in self.missing],
            "lines": [
                {
                    "row": p.line.number,
                    "does": p.action,
                    "name": str(p.row) if p.row is not None else " ".join(p.line.cells)[:SHOWN],
                    "id": p.row.pk if p.row is not None else None,
                    "changes": [list(change) for change in p.changes],
                    "note": p.note,
                }
                for p in self.lines
            ],
            "problems": [vars(problem) for p in self.lines for problem in p.problems],
        }


def plain(value: Any) -> Any:
    """A value for sealing: rows by their id, or by their name where they are still to be made."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, models.Model):
        return value.pk or str(value)
    return str(value.data if isinstance(value, LazyI18nString) else value)


def plan(resource: Resource, table: Table, reading: Reading, actor: Actor) -> Plan:
    """Read every line, find the row that it means, and say what would happen."""
    return Planner(resource, table, reading, actor).run()


class Planner:
    def __init__(self, resource: Resource, table: Table, reading: Reading, actor: Actor) -> None:
        self.resource, self.table, self.reading, self.actor = resource, table, reading, actor
        self.targets = {t.key: t for t in fields_of(resource, actor)}
        self.cells = Cells(actor, day_first=reading.day_first, comma=reading.comma)
        self.found = Plan(notices=list(table.notices), sheets=table.sheets)
        self.rows = {row.pk: row for row in resource.rows(actor)}
        self.sure: dict[tuple[str, str], Any] = {}
        #: rows by what makes them likely one, and by the identifiers that they have
        self.likely: dict[tuple[str, ...], dict[frozenset[str], list[Any]]] = {}
        self.origin: dict[int, Planned] = {}  #: by identity of the row: the line that makes or changes it
        self.affiliated: set[tuple[Any, ...]] = set()

    def run(self) -> Plan:
        self.look_at_columns()
        if self.found.obstacles:
            return self.found
        for row in self.rows.values():
            self.remember(row)
        for line in self.table.lines:
            self.found.lines.append(self.planned_or_held(line))
        self.match()
        self.add_parts()
        if self.resource.sheet.beside:
            new = [planned.row for planned in self.found.lines if planned.action == "new"]
            self.found.parts += [self.resource.sheet.beside(row) for row in new]
        self.drop_unused()
        return self.found

    def look_at_columns(self) -> None:
        used = [key for key in self.reading.columns.values() if key]
        for key, n in Counter(used).items():
            if n > 1:
                text = _("Two columns are read as “%(field)s”: choose one.")
                self.found.obstacles.append(text % {"field": self.targets[key].label if key in self.targets else key})
        unused = [heading for heading, key in self.reading.columns.items() if not key]
        if unused:
            self.found.notices.append(_("Not used: %(columns)s.") % {"columns": ", ".join(unused)})
        if not set(used) & set(self.targets):
            self.found.obstacles.append(_("No column is known. Choose which column is what."))
        elif ID not in used:
            lacking = [t.label for t in self.targets.values() if self.required(t) and not self.covered(t, used)]
            if lacking:
                text = _("No column holds: %(fields)s. Choose which one does, or add it to the sheet.")
                self.found.obstacles.append(text % {"fields": ", ".join(lacking)})

    def required(self, target: Target) -> bool:
        return target.field is not None and not target.part and not (target.field.blank or target.field.has_default())

    def covered(self, target: Target, used: list[str]) -> bool:
        return any(key.split(":")[0] == target.key.split(":")[0] for key in used)

    def planned_or_held(self, line: Line) -> Planned:
        """The line planned; held back where something about it fails that nobody thought of. The others go on."""
        try:
            return self.planned(line)
        except (ValueError, ArithmeticError, TypeError, LookupError):
            log.exception("row %s cannot be read", line.number)
            planned = Planned(line)
            self.hold(planned, "", "", Wrong(_("This row cannot be read."), _("Write it anew.")))
            return planned

    def planned(self, line: Line) -> Planned:
        planned = Planned(line)
        self.read(planned)
        self.tell(planned)
        if planned.problems:
            planned.action = "held"
            return planned
        try:
            self.identify(planned)
        except Wrong as wrong:
            self.hold(planned, "", "", wrong)
            return planned
        if planned.part:
            self.check_part(planned)
        if planned.action in ("new", "change"):
            self.apply(planned)
        return planned

    def hold(self, planned: Planned, column: str, value: str, wrong: Wrong) -> None:
        planned.action = "held"
        planned.problems.append(Problem(planned.line.number, column, value[:SHOWN], wrong.what, wrong.todo))

    def read(self, planned: Planned) -> None:
        """The line's cells as values; every problem of the line is told, not only the first."""
        for place, heading in enumerate(self.table.headings):
            target = self.targets.get(self.reading.columns.get(heading, ""))
            text = planned.line.cells[place]
            if target is None:
                continue
            try:
                if place in planned.line.formulas:
                    todo = _("Open the sheet, save it once, or paste the value.")
                    raise Wrong(_("The formula here was never worked out."), todo)
                if text and not says_nothing(target.field, text):
                    self.put(planned, target, text)
            except Wrong as wrong:
                self.hold(planned, heading, text, wrong)

    def put(self, planned: Planned, target: Target, text: str) -> None:
        if target.key == ID:
            if whole_number(text) not in self.rows:
                raise Wrong(_("There is no row %(id)s that you see.") % {"id": text[:20]}, _("Empty it for a new row."))
            planned.values[ID] = whole_number(text)
            return
        name = target.key.split(".")[-1].split(":")[0]
        told = planned.told if target.key.count(".") == 2 else planned.part
        values = told if target.part else planned.values
        try:
            value = self.cells.value(target.field, text)
        except Missing as missing:
            value = self.made(missing)
        if target.language:
            values.setdefault(name, {})[target.language] = value
        else:
            values[name] = value

    def tell(self, planned: Planned) -> None:
        """What the line says of the row that its part names: written where that is made, else it must agree."""
        part = self.resource.sheet.part
        named = planned.part.get(part.fields[0]) if part else None
        if named is None:
            return
        for name, value in planned.told.items():
            held = getattr(named, name)
            if held is None and named.pk is None:
                setattr(named, name, value)
            elif held is not None and held != value:
                what = _("%(row)s has “%(held)s” here.") % {"row": named, "held": held}
                todo = _("Mend the sheet, or write the identifier of the right one.")
                self.hold(planned, str(named._meta.get_field(name).verbose_name), str(value), Wrong(what, todo))

    def made(self, missing: Missing) -> Any:
        """A row that a cell names and that is not here, where the reader wants such rows made."""
        resource = RESOURCES.get(missing.model._meta.model_name)
        if not (resource and resource.importing and resource.may_create(self.actor)):
            raise missing
        if not self.reading.make_missing:
            raise Wrong(missing.what, _("Mend the spelling, or choose that what is missing is made."))
        named = resource.sheet.likely[:1]
        if not named:
            raise missing
        row = missing.model(**{named[0]: missing.text})
        try:
            row.full_clean(validate_unique=False, validate_constraints=False)
        except ValidationError:
            raise missing from None
        self.cells.add(row)
        self.found.missing.append(row)
        return row

    # Which row it is

    def sure_of(self, values: Any) -> list[tuple[str, str]]:
        found = ((name, values(name)) for name in self.resource.sheet.sure)
        return [(name, fold(str(value)).rstrip("/")) for name, value in found if value]

    def likely_of(self, values: Any) -> tuple[str, ...]:
        """What makes two rows likely one; only with all but linked rows filled."""
        names = self.resource.sheet.likely
        texts = tuple(fold(str(values(name) or "")) for name in names if not self.is_link(name))
        return texts if texts and all(texts) else ()

    def is_link(self, name: str) -> bool:
        return isinstance(self.resource.model._meta.get_field(name), models.ForeignKey)

    def remember(self, row: Any) -> None:
        def value(name: str) -> Any:
            return getattr(row, name)

        sure = self.sure_of(value)
        for key in sure:
            self.sure.setdefault(key, row)
        words = self.likely_of(value)
        if words:
            self.likely.setdefault(words, {}).setdefault(frozenset(dict(sure)), []).append(row)

    def namesakes(self, planned: Planned) -> Iterator[Any]:
        """Rows that may be the line's. One with an identifier that the line has too is not: they would be the same.

        So 10,000 people of one name with an e-mail each are passed over at once, not compared one by one.
        """
        given = {name for name, _value in self.sure_of(planned.values.get)}
        for known, rows in self.likely.get(self.likely_of(planned.values.get), {}).items():
            if not known & given:
                yield from (row for row in rows if self.may_be(row, planned))

    def identify(self, planned: Planned) -> None:
        """Set the row that the line means, and whether it is new."""
        if ID in planned.values:
            return self.take(planned, self.rows[planned.values.pop(ID)])
        matches = {id(row): row for key in self.sure_of(planned.values.get) if (row := self.sure.get(key)) is not None}
        if len(matches) > 1:
            names = ", ".join(map(str, matches.values()))
            raise Wrong(
                _("Its identifiers belong to different rows: %(rows)s.") % {"rows": names}, _("Keep the right one.")
            )
        if matches:
            return self.take(planned, next(iter(matches.values())))
        if self.reading.likely != "new":
            alike = list(islice(self.namesakes(planned), 2))
            if alike and self.reading.likely == "same" and len(alike) == 1:
                return self.take(planned, alike[0])
            if alike:
                raise Wrong(
                    self.alike(alike[0]),
                    _("Add an identifier (e-mail, ORCID, ROR), or choose what happens to such rows."),
                )
        planned.row = self.resource.model()
        return None

    def alike(self, row: Any) -> str:
        first = self.origin.get(id(row))
        if first is not None and row.pk is None:
            return _("Row %(row)s is likely the same: %(name)s.") % {"row": first.line.number, "name": row}
        return _("%(name)s is here already and likely the same (id %(id)s).") % {"name": row, "id": row.pk}

    def may_be(self, row: Any, planned: Planned) -> bool:
        """Nothing that both know contradicts it: no identifier, no link such as the country."""
        names = [n for n in self.resource.sheet.likely if self.is_link(n)]
        links = ((getattr(row, n), planned.values.get(n)) for n in names)
        if any(a is not None and b is not None and a != b for a, b in links):
            return False
        own = dict(self.sure_of(lambda name: getattr(row, name)))
        return all(own.get(name, value) == value for name, value in self.sure_of(planned.values.get))

    def take(self, planned: Planned, row: Any) -> None:
        """The line means this row: one of the desk, or one that an earlier line makes."""
        first = self.origin.get(id(row))
        if first is None:
            planned.stored, planned.action = row, "change"
            planned.row = copy.copy(row)
            return
        differing = [
            str(self.resource.model._meta.get_field(name).verbose_name)
            for name, value in planned.values.items()
            if name in first.values and not same(first.values[name], value)
        ]
        if differing:
            what = _("It is the same as row %(row)s but differs in: %(fields)s.")
            raise Wrong(
                what % {"row": first.line.number, "fields": ", ".join(differing)},
                _("Keep one of the two, or make them agree."),
            )
        planned.row, planned.action = first.row, "twice"
        planned.note = _("the same as row %(row)s") % {"row": first.line.number}
        if first.action == "same":
            first.action = "change"
        extra = {name: value for name, value in planned.values.items() if name not in first.values}
        if extra:
            first.values |= extra
        first.changes.clear()
        self.apply(first)

    # What changes

    def apply(self, planned: Planned) -> None:
        """Put the values into the row, check it, and say what changes."""
        row, was = planned.row, planned.stored
        for name, value in planned.values.items():
            model_field = row._meta.get_field(name)
            old = getattr(was, name) if was is not None else None
            if isinstance(value, dict):
                value = LazyI18nString({**languages_of(old), **value})
            if was is not None and self.reading.fill_only and not is_blank(old):
                continue
            if was is None or not same(old, value):
                setattr(row, name, value)
                before = "" if was is None else said(was, model_field)
                planned.changes.append((str(model_field.verbose_name), before, said(row, model_field)))
        if was is not None and not planned.changes:
            planned.action = "same"
        else:
            self.check(planned)
        if planned.action != "held":
            self.origin[id(planned.row)] = planned
            if was is not None:
                self.origin[id(was)] = planned
            else:
                self.remember(row)

    def check(self, planned: Planned) -> None:
        """The same rules as for a form: rights, fields, constraints."""
        row, was = planned.row, planned.stored
        allowed = self.actor.can("create", row) if was is None else self.actor.can("change", was)
        if not allowed or not self.actor.can("change", row):
            what = _("You may not save this row.")
            return self.hold(planned, "", "", Wrong(what, _("Your account page says what you may do, and where.")))
        linked = {f.name for f in row._meta.concrete_fields if isinstance(f, models.ForeignKey)}
        wrong = [n for n in linked if row._meta.get_field(n).editable and not row._meta.get_field(n).blank]
        wrong = [name for name in wrong if getattr(row, name, None) is None]
        for name in wrong:
            self.hold(planned, self.heading(name), "", Wrong(_("It is empty."), _("Fill it; it is needed.")))
        try:
            check_row(row, linked)
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                column = "" if name == "__all__" else self.heading(name)
                value = "" if name == "__all__" else str(planned.values.get(name, ""))
                for text in texts:
                    self.hold(planned, column, value, Wrong(text, _("Mend it in the sheet.")))
        return None

    def heading(self, name: str) -> str:
        keys = {heading for heading, key in self.reading.columns.items() if key.split(":")[0] == name}
        return next(iter(sorted(keys)), str(self.resource.model._meta.get_field(name).verbose_name))

    def match(self) -> None:
        """What the record knows of the new rows, all looked up at once. What that fills in is part of the plan."""
        new = [planned for planned in self.found.lines if planned.action == "new"]
        if self.resource.sheet.match is None or not new:
            return
        before = [vars(planned.row).copy() for planned in new]
        notes = self.resource.sheet.match([planned.row for planned in new])
        for planned, was, note in zip(new, before, notes, strict=True):
            filled = {name: value for name, value in vars(planned.row).items() if was.get(name) != value}
            planned.values |= {name: value for name, value in filled.items() if not name.startswith("_")}
            planned.note = note

    # What hangs below

    def check_part(self, planned: Planned) -> None:
        part = self.resource.sheet.part
        if part is None or part.fields[0] not in planned.part:
            return
        model = RESOURCES[part.kind].model
        row = model(**planned.part)
        linked = {f.name for f in row._meta.concrete_fields if isinstance(f, models.ForeignKey)}
        try:
            check_row(row, linked)
        except ValidationError as error:
            self.hold(
                planned, str(model._meta.verbose_name), "", Wrong(" ".join(error.messages), _("Mend it in the sheet."))
            )

    def add_parts(self) -> None:
        """Rows below each line's row, unless they are there already."""
        part = self.resource.sheet.part
        if part is None or not any(planned.part for planned in self.found.lines):
            return
        model = RESOURCES[part.kind].model
        held = RESOURCES[part.kind].rows(self.actor).values_list(f"{part.link}_id", f"{part.fields[0]}_id")
        for parent, other in held:
            self.affiliated.add((parent, other))
        for planned in self.found.lines:
            if planned.action == "held" or part.fields[0] not in planned.part:
                continue
            other = planned.part[part.fields[0]]
            key = (planned.row.pk or id(planned.row), other.pk or id(other))
            if key in self.affiliated:
                continue
            self.affiliated.add(key)
            row = model(**{part.link: planned.row}, **planned.part)
            if not self.actor.can("create", row):
                continue
            self.found.parts.append(row)
            planned.note = f"{planned.note} · {RESOURCES[part.kind].name}: {other}".removeprefix(" · ")

    def drop_unused(self) -> None:
        """Rows that only lines held back would have needed are not made."""
        used = {
            id(value)
            for planned in self.found.lines
            if planned.action != "held"
            for value in (*planned.values.values(), *planned.part.values())
        }
        self.found.missing = [row for row in self.found.missing if id(row) in used]


def check_row(row: Any, linked: set[str]) -> None:
    """Fields, the row's own rules and constraints, as a form checks them; links were looked up already."""
    row.clean_fields(exclude=linked)
    row.clean()
    unsaved = {
        name for name in linked if row._meta.get_field(name).is_cached(row) and not row.__dict__.get(f"{name}_id")
    }
    row.validate_unique(exclude=unsaved)
    row.validate_constraints(exclude=unsaved)


def languages_of(value: Any) -> dict[str, str]:
    data = value.data if isinstance(value, LazyI18nString) else value
    if isinstance(data, dict):
        return dict(data)
    return {language(): data} if data else {}


def says_nothing(field: Any, text: str) -> bool:
    """The cell says that there is nothing, in a word that exports write; for a choice it may be one of the labels."""
    if field is None or not field.blank or text.casefold() not in blank_words():
        return False
    return not any(fold(text) in words_of(label) for _code, label in field.flatchoices)


def same(a: Any, b: Any) -> bool:
    if isinstance(a, LazyI18nString) or isinstance(b, LazyI18nString):
        return languages_of(a) == languages_of(b)
    return a == b


def said(row: Any, model_field: Any) -> str:
    """A value as the dry run shows it."""
    value = getattr(row, model_field.name)
    if model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(value, "isoformat"):
        return str(formats.date_format(value, "DATE_FORMAT"))
    return "" if value is None else str(value)[:SHOWN]
