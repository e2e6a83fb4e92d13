"""Rows from a spreadsheet: look at it (nothing is stored), store it as a whole, undo it as a whole.

    record = look("people.xlsx", content, RESOURCES["person"], actor)      reads, guesses the columns, plans
    reread(record, Reading(...), actor)                                    the same with other columns or choices
    store(record, actor)                                                   one transaction, or nothing
    undo(record, actor)                                                    refused where a row was changed since

A plan says for each line what it would do: make a row, change one, nothing, or that it is held back, and why.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands, ledger, links
from udsyn.desk.kernel.finds import FOUND, Find
from udsyn.desk.kernel.models import Import, Index, Proposal
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Resource
from udsyn.desk.kernel.ties import GONE, Tie
from udsyn.desk.tools import files, sheets
from udsyn.desk.tools.columns import Reading, fields_of, guess, headings_known
from udsyn.desk.tools.planning import Plan, plan


def look(name: str, content: bytes, resource: Resource, actor: Actor, reading: Reading | None = None) -> Import:
    """Take in a spreadsheet and say what it would do. Raises ValidationError where it cannot be read."""
    if not resource.may_import(actor):
        raise commands.Refused()
    table = read(name, content, resource, actor, reading or Reading())
    columns = guess(table.headings, fields_of(resource, actor))
    reading = reading or Reading(likely=resource.sheet.when_likely)
    given = {h: c for h, c in reading.columns.items() if h in table.headings}
    reading = dataclasses.replace(reading, columns={**columns, **given}, sheet=table.sheet)
    record = Import(
        kind=resource.kind,
        name=files.clean_name(name) or "import",
        sha256=files.store(SimpleUploadedFile("import", content)),
        owner=actor.user,
    )
    settle(record, reading, plan(resource, table, reading, actor))
    record.save()
    return record


def read(name: str, content: bytes, resource: Resource, actor: Actor, reading: Reading) -> sheets.Table:
    known = headings_known(fields_of(resource, actor))
    return sheets.read(name, content, sheet=reading.sheet, known=known, encoding=reading.encoding)


def reread(record: Import, reading: Reading, actor: Actor) -> None:
    """Plan anew with other columns or choices."""
    if record.state != "looked_at" or not actor.can("change", record):
        raise commands.Refused()
    resource = RESOURCES[record.kind]
    table = table_of(record, resource, actor, reading)
    if table.sheet != record.reading.get("sheet"):
        reading = dataclasses.replace(reading, columns=guess(table.headings, fields_of(resource, actor)))
    settle(record, reading, plan(resource, table, reading, actor))
    record.save()


def table_of(record: Import, resource: Resource, actor: Actor, reading: Reading) -> sheets.Table:
    path = files.path_of(record.sha256)
    if not path.is_file():
        raise ValidationError(_("The file is no longer here. Take it in again."))
    return read(record.name, path.read_bytes(), resource, actor, reading)


def settle(record: Import, reading: Reading, found: Plan) -> None:
    record.reading = dataclasses.asdict(reading)
    record.plan = found.told()
    record.seal = found.seal()


def drop(record: Import, actor: Actor) -> None:
    """Forget a file that was only looked at."""
    if record.state != "looked_at" or not actor.can("change", record):
        raise commands.Refused()
    forget(record, "dropped")
    record.save()


def forget(record: Import, state: str) -> None:
    """Keep that there was an import, but not what was in it."""
    record.state, record.plan, record.altered = state, {}, []
    if (
        not Import.objects.filter(sha256=record.sha256, state__in=("looked_at", "stored"))
        .exclude(pk=record.pk)
        .exists()
    ):
        files.path_of(record.sha256).unlink(missing_ok=True)


def lines(record: Import) -> Iterator[dict[str, Any]]:
    """Every row of the dry run: what it does, to which row, what changes, and what stands against it."""
    wrong: dict[int, list[str]] = {}
    for p in record.plan.get("problems", ()):
        wrong.setdefault(p["row"], []).append(said(p))
    for line in record.plan.get("lines", ()):
        changes = "; ".join(
            f"{label}: {old} → {new}" if old else f"{label}: {new}" for label, old, new in line["changes"]
        )
        problems = " ".join(wrong.get(line["row"], ()))
        yield {"row": line["row"], "does": line["does"], "name": line["name"], "changes": changes, "problems": problems}


def said(problem: dict[str, Any]) -> str:
    """A problem in a sentence: the column, what is wrong, what to do."""
    place = f"{problem['column']}: " if problem["column"] else ""
    return f"{place}{problem['what']} {problem['todo']}"


# Store ----------------------------------------------------------------------------------------------------------------


@dataclass
class Done:
    """What was stored, for taking it back."""

    made: list[Any] = field(default_factory=list)
    altered: list[list[Any]] = field(default_factory=list)


def store(record: Import, actor: Actor) -> None:
    """Do what the dry run said, in one transaction. Raises ValidationError and stores nothing where it cannot.

    The plan is made anew first: where the desk was changed so that it would now do something else, nothing is
    stored and the new dry run is kept for looking at.
    """
    if not actor.can("change", record) or not RESOURCES[record.kind].may_import(actor):
        raise commands.Refused()
    resource = RESOURCES[record.kind]
    reading = Reading(**record.reading)
    table = table_of(record, resource, actor, reading)
    stale = False
    with transaction.atomic():
        held = Import.objects.select_for_update(of=("self",)).get(pk=record.pk)
        if held.state != "looked_at":
            raise ValidationError(_("This was saved or dropped already."))
        found = plan(resource, table, reading, actor)
        stale = found.seal() != held.seal
        if stale:
            settle(record, reading, found)
            record.save()
        else:
            check(found, reading)
            try:
                with transaction.atomic():
                    done = carry_out(
                        found, actor, _("import of %(name)s") % {"name": record.name}, f"import:{record.pk}"
                    )
            except IntegrityError as error:
                raise ValidationError(
                    _("The database refused a row, so nothing was saved: %(why)s.") % {"why": error}
                ) from None
            record.state, record.stored_at = "stored", timezone.now()
            record.made = [[type(row).kind(), row.pk, commands.seal(row)] for row in done.made]
            record.altered = done.altered
            record.save()
    if stale:
        raise ValidationError(_("The desk was changed after you looked. This is what would happen now; look again."))


def check(found: Plan, reading: Reading) -> None:
    if found.obstacles:
        raise ValidationError(found.obstacles)
    if found.counts["held"] and not reading.leave_out:
        text = _("%(n)s rows have problems. Mend them in the sheet, or choose to leave them out.")
        raise ValidationError(text % {"n": found.counts["held"]})
    if not found.counts["new"] + found.counts["change"] + found.counts["parts"]:
        raise ValidationError(_("There is nothing to save: every row is here already or held back."))


def carry_out(found: Plan, actor: Actor, reason: str, batch: str) -> Done:
    """Write the plan's rows: what is missing first, then the rows, then the parts below them."""
    done = Done()

    def make(rows: list[Any]) -> None:
        for row in rows:
            point(row)
        commands.write_all(rows, actor, "import", {}, reason=reason, batch=batch)
        done.made += rows

    if found.missing:
        make(found.missing)
    new = [planned.row for planned in found.lines if planned.action == "new"]
    if new:
        make(new)
    changed = [planned for planned in found.lines if planned.action == "change"]
    if changed:
        rows = [planned.row for planned in changed]
        for row in rows:
            point(row)
        stored = {planned.row.pk: planned.stored for planned in changed}
        commands.write_all(rows, actor, "import", stored, reason=reason, batch=batch)
        done.altered = [[type(row).kind(), row.pk, commands.seal(row), before(stored[row.pk], row)] for row in rows]
    if found.parts:
        make(found.parts)
    return done


def point(row: Any) -> None:
    """Links to rows that were made a moment ago take their ids."""
    for f in row._meta.concrete_fields:
        if isinstance(f, models.ForeignKey) and f.is_cached(row) and getattr(row, f.name) is not None:
            setattr(row, f.name, getattr(row, f.name))


def before(stored: Any, row: Any) -> dict[str, Any]:
    """The columns that differ, as they were, in a form that JSON holds."""
    old, new = commands.values_of(stored), commands.values_of(row)
    encode = DjangoJSONEncoder().default
    plain = {}
    for f in row._meta.concrete_fields:
        if f.attname in old and old[f.attname] != new[f.attname]:
            value = f.get_prep_value(old[f.attname])
            plain[f.attname] = value if isinstance(value, (str, int, float, bool, type(None))) else encode(value)
    return plain


# Undo -----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def undo(record: Import, actor: Actor) -> None:
    """Take an import back as a whole: rows it made are gone, rows it changed are as before.

    Raises ValidationError with every row that stands against it, and then changes nothing.
    """
    if not actor.can("change", record) or not RESOURCES[record.kind].may_import(actor):
        raise commands.Refused()
    record = Import.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if record.state != "stored":
        raise ValidationError(_("There is nothing to undo."))
    made = rows_of([(kind, pk) for kind, pk, _seal in record.made])
    altered = rows_of([(kind, pk) for kind, pk, _seal, _before in record.altered])
    against = [*changed_since(record, {**made, **altered}), *used_since(made)]
    if against:
        text = _("It cannot be undone: %(n)s of its rows were changed or used since. Nothing was changed.")
        raise ValidationError([text % {"n": len(against)}, *against[:20]])
    reason = _("undo of the import of %(name)s") % {"name": record.name}
    put_back(record, altered, actor, reason)
    remove(record, made, actor, reason)
    record.undone_at = timezone.now()
    forget(record, "undone")
    record.save()


Rows = dict[tuple[str, int], Any]


def rows_of(wanted: list[tuple[str, int]]) -> Rows:
    """The rows as they are now, held until the transaction ends."""
    found: Rows = {}
    for kind in sorted({kind for kind, _pk in wanted}):
        ids = [pk for k, pk in wanted if k == kind]
        manager = RESOURCES[kind].model._base_manager.select_for_update(of=("self",))
        for some in batches(ids):
            found |= {(kind, row.pk): row for row in manager.filter(pk__in=some)}
    return found


def batches(ids: list[int], size: int = 500) -> list[list[int]]:
    return [ids[i : i + size] for i in range(0, len(ids), size)]


def changed_since(record: Import, rows: Rows) -> list[str]:
    """Rows that are not as the import left them."""
    found = []
    for kind, pk, seal, *_before in [*record.made, *record.altered]:
        row = rows.get((kind, pk))
        name = str(RESOURCES[kind].name)
        if row is None:
            found.append(_("%(kind)s %(id)s is gone.") % {"kind": name, "id": pk})
        elif getattr(row, "merged_into_id", None):
            found.append(_("%(kind)s %(row)s was merged: separate it first.") % {"kind": name, "row": row})
        elif commands.seal(row) != seal:
            found.append(_("%(kind)s %(row)s was changed since.") % {"kind": name, "row": row})
    return found


def used_since(made: Rows) -> list[str]:
    """Rows of the import that something else points at by now."""
    own = {(kind, pk) for kind, pk in made}
    found = []
    for kind in sorted({kind for kind, _pk in made}):
        ids = [pk for k, pk in made if k == kind]
        holders: list[tuple[Any, str, dict[str, Any]]] = [
            (model, name, {}) for model, name in links.foreign_keys(RESOURCES[kind].model)
        ]
        holders += [(model, "object_id", {"kind": kind}) for model in links.attached()]
        for model, name, where in holders:
            other_kind = model._meta.model_name
            for some in batches(ids):
                holding = model._base_manager.filter(**{f"{name}__in": some}, **where)
                if model is Tie:  # the ledger marks it as gone when its row is
                    continue
                if model in (Proposal, Find):  # what only waits to be confirmed is nobody's use of it
                    holding = holding.exclude(state__in=("open", FOUND, GONE))
                held = holding.values_list("pk", name)[:100]
                for pk, target in held:
                    if (other_kind, pk) not in own:
                        row, by = made[kind, target], model._meta.verbose_name
                        found.append(_("%(row)s is used by a %(kind)s.") % {"row": row, "kind": by})
    return found


def holders_of(kind: str) -> Iterator[tuple[Any, str, dict[str, Any]]]:
    """Model, column and condition of everything that may point at a row of this kind."""
    yield from ((model, name, {}) for model, name in links.foreign_keys(RESOURCES[kind].model))
    yield from ((model, "object_id", {"kind": kind}) for model in links.attached())


def put_back(record: Import, altered: Rows, actor: Actor, reason: str) -> None:
    """Write the values of before into the rows that were changed."""
    by_kind: dict[str, list[Any]] = {}
    stored = {}
    for kind, pk, _seal, values in record.altered:
        row = altered[kind, pk]
        stored[pk] = type(row)._base_manager.get(pk=pk)
        for f in row._meta.concrete_fields:
            if f.attname in values:
                setattr(row, f.attname, f.to_python(values[f.attname]))
        by_kind.setdefault(kind, []).append(row)
    for rows in by_kind.values():
        commands.write_all(rows, actor, "undo import", stored, reason=reason)


def remove(record: Import, made: Rows, actor: Actor, reason: str) -> None:
    """Delete what was made, the last first; its history stays and says who took it back."""
    order = list(dict.fromkeys(kind for kind, _pk, _seal in reversed(record.made)))
    for kind in order:
        rows = [row for (k, _pk), row in made.items() if k == kind]
        ledger.append_all(
            actor, [ledger.Act("undo import", row, before=commands.seal(row), reason=reason) for row in rows]
        )
        model = RESOURCES[kind].model
        ids = [row.pk for row in rows]
        for some in batches(ids):
            Proposal.objects.filter(kind=kind, object_id__in=some, state="open").update(state="outdated")
            model._base_manager.filter(pk__in=some).delete()
            model.history.filter(pk_is(model, some), history_type="-").update(
                history_user=actor.user, history_change_reason=reason[:100]
            )
            Index.objects.filter(kind=kind, object_id__in=some).delete()


def pk_is(model: Any, ids: list[int]) -> models.Q:
    return models.Q(**{f"{model._meta.pk.name}__in": ids})
