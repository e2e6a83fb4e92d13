"""`udsyn safeguards`: what stands in the way of a cooperation, and what does not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from udsyn.cli.output import emit, emit_object, format_option, notice, object_option, record_option
from udsyn.cli.values import SEEDS, Whole
from udsyn.errors import UsageError
from udsyn.facts import countries
from udsyn.packs import PackError, aid, export, reckoned
from udsyn.plain import load_json

if TYPE_CHECKING:
    from udsyn.evidence.safeguards.body import Body


@click.group()
def group() -> None:
    """What stands in the way of a cooperation, and what does not.

    Example: udsyn safeguards check --name "Moscow Aviation Institute" --country RU
    """


day_option = click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day that is asked about (today without it)."
)
FIELDS = "fields"
FORMS = ("eu-acts", "eu-xml", "un", "ofac", "ftm", FIELDS)


def day_of(said: dt.datetime | None) -> dt.date:
    return said.date() if said else dt.date.today()


@group.command(name="load")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--as", "form", type=click.Choice(FORMS), required=True, help="The form of the list.")
@click.option("--licence", metavar="TEXT", help="Under which terms you have it.")
@click.option("--retrieved", type=click.DateTime(["%Y-%m-%d"]), help="The day you fetched it (today without it).")
@record_option
@object_option
def load_(
    record: Path, source: Path, form: str, licence: str | None, retrieved: dt.datetime | None, format_: str
) -> None:
    """Load lists of restrictive measures: a file, or all files of a folder; or a table of sensitive fields of research.

    None is shipped with Udsyn.

    Prints one object: rows (of the files named), dropped (rows that are no listing), entries (told apart by list,
    programme, annex, measure and number), measures (the source's words, with rows), unchanged (files held before).
    A file that cannot be read is said on stderr, and the others are loaded. Of fields: rows, dropped, unchanged.

    Example: udsyn safeguards load sanctions --as eu-acts
    """
    if form == FIELDS:
        from udsyn.record.lists import fields

        new = fields.load(record, source, retrieved.date() if retrieved else None, licence)
        emit_object({"rows": new.rows, "dropped": new.quarantined, "unchanged": new.unchanged}, format_)
        return
    from udsyn.record.lists.load import load as load_lists

    found = load_lists(record, source, form, notice, retrieved.date() if retrieved else None, licence)
    answer = {
        "rows": found.rows,
        "dropped": found.dropped,
        "entries": found.entries,
        "measures": dict(found.measures.most_common()),
        "unchanged": found.unchanged,
        "refused": len(found.refused),
    }
    emit_object(answer, format_)


def body_of(record: Path, ror: str | None, name: str | None, country: str | None) -> Body:
    """Who is asked about. Raises UsageError where nobody, or two, are named."""
    from udsyn.evidence.safeguards import bodies
    from udsyn.evidence.safeguards.body import Body

    if (ror is None) == (name is None):
        raise UsageError("say who: either --ror ID, or --name TEXT with --country CODE.")
    if ror:
        return bodies.by_ror(record, bodies.ror_id(ror)).body
    return Body(name or "", countries.code_of(country) if country else None)


@group.command()
@click.option("--ror", metavar="ID", help="The partner's ROR id; the record must hold it.")
@click.option("--name", metavar="TEXT", help="The partner's name, with --country.")
@click.option("--country", metavar="CODE", help="The partner's country, such as KR.")
@day_option
@record_option
@format_option
def check(
    record: Path, ror: str | None, name: str | None, country: str | None, day: dt.datetime | None, format_: str
) -> None:
    """What the loaded lists say of a partner on a day, with the reason both ways. No rows: no list names it.

    A row per entry: verdict (is: printed name and country are the same; ask: alike, a person must look; is_not: an
    equal name elsewhere, or not in force then), entry, act, annex, measure, known_from, in_force_from, until, reason.

    Example: udsyn safeguards check --name "Moscow Aviation Institute" --country RU --on 2024-01-01
    """
    from udsyn.evidence.safeguards import asking

    found = asking.check(record, body_of(record, ror, name, country), day_of(day), is_named=name is not None)
    emit(asking.rows(found), format_, asking.COLUMNS)


@group.command()
@click.argument("entry")
@click.option("--ror", metavar="ID", help="The partner's ROR id; the record must hold it.")
@click.option("--name", metavar="TEXT", help="The partner's name, with --country.")
@click.option("--country", metavar="CODE", help="The partner's country, such as KR.")
@click.option("--as", "decision", type=click.Choice(["is", "is_not"]), required=True, help="What was decided.")
@click.option("--by", "person", metavar="WHO", required=True, help="Who decided.")
@click.option("--because", "reason", metavar="TEXT", required=True, help="Why.")
@day_option
@record_option
@object_option
def decide(
    record: Path,
    entry: str,
    ror: str | None,
    name: str | None,
    country: str | None,
    decision: str,
    person: str,
    reason: str,
    day: dt.datetime | None,
    format_: str,
) -> None:
    """Keep that a partner is the body that a list names, or is not: who says so, when, and why.

    ENTRY is its name or number as `check` prints it. The decision counts until the entry, or what the record says of
    the partner, changes. Prints one object.

    Example: udsyn safeguards decide "Omsk Institute" --name "Institute, Omsk" --country RU --as is --by A --because B
    """
    from udsyn.evidence.safeguards import asking

    found = asking.decide(record, body_of(record, ror, name, country), entry, decision, person, reason, day_of(day))
    emit_object(vars(found), format_)


@group.command(name="crosswalk")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write all decisions to a CSV file,")
@click.option(
    "--take-in", "source", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="or add those of one."
)
@record_option
@object_option
def crosswalk_(record: Path, out: Path | None, source: Path | None, format_: str) -> None:
    """Take the decisions who is a listed body, and who is not, out of a record or into it.

    Prints one object: decisions (all that are held), new (those taken in that were not held).

    Example: udsyn safeguards crosswalk --out crosswalk.csv
    """
    from udsyn.evidence.safeguards import crosswalk
    from udsyn.record.engine import Record

    if (out is None) == (source is None):
        raise UsageError("say which way: --out FILE writes the decisions, --take-in FILE adds those of a file.")
    place = Record.open(record).path
    new = crosswalk.take_in(place, crosswalk.parse(source)) if source else 0
    held = crosswalk.parse(place / crosswalk.FILE) if (place / crosswalk.FILE).is_file() else []
    if out:
        crosswalk.save(out, held)
    emit_object({"decisions": len(held), "new": new}, format_)


@group.command()
@day_option
@record_option
@format_option
def screen(record: Path, day: dt.datetime | None, format_: str) -> None:
    """Every institution of the record that a loaded list names, may name, or only seems to.

    A row per institution: id, name, country, verdict (its gravest), measures (the source's words), works (all that are
    held, whatever counts), entries, reason. Organisations of ROR's register that have no works are among them.

    Example: udsyn safeguards screen --format csv
    """
    from udsyn.evidence.safeguards import asking

    emit(asking.screen(record, day_of(day)), format_, asking.SCREEN_COLUMNS)


@group.command()
@click.option("--country", metavar="CODE", help="Whose works: of a country, such as DK,")
@click.option("--institution", metavar="ID", help="of an institution (OpenAlex's I…),")
@click.option("--author", metavar="ID", multiple=True, help="or of a person (OpenAlex's A…), or several as a group.")
@day_option
@record_option
@format_option
def exposure(
    record: Path,
    country: str | None,
    institution: str | None,
    author: tuple[str, ...],
    day: dt.datetime | None,
    format_: str,
) -> None:
    """Joint works with bodies that a loaded list names, by year and field, each with the works behind it.

    A row per body, year and field: id, name, country, measures (on the day asked), year, field, works, listed_then
    (whether it was listed in that year already; null where the list does not say since when), addresses (of at most
    20 works). Only *is* counts; what is to be asked stands in `udsyn safeguards screen`.

    Example: udsyn safeguards exposure --country DK
    """
    from udsyn.evidence.safeguards import exposure as question

    asked = {"country": country and countries.code_of(country), "institution": institution, "author": author}
    named = [(whose, value) for whose, value in asked.items() if value]
    if len(named) != 1:
        raise UsageError("say whose works: one of --country, --institution and --author.")
    ((whose, value),) = named
    emit(question.exposure(record, whose, value, day_of(day)), format_, question.COLUMNS)


@group.command(name="fields")
@click.option("--text", default="", metavar="TEXT", help="The field of research in words,")
@click.option("--topic", "topics", multiple=True, metavar="ID", help="and topics of OpenAlex (T…); all rows without.")
@day_option
@record_option
@format_option
def fields_(record: Path, text: str, topics: tuple[str, ...], day: dt.datetime | None, format_: str) -> None:
    """The rows of the loaded tables of sensitive fields that a field of research touches on a day: a person must look.

    A row each: list, edition, id, title, by (the phrase or topic that touches it), valid_from, valid_to, source. The
    edition of a list counts that began last. Without --text and --topic: every row in force.

    Example: udsyn safeguards fields --text "sensors for quantum computers" --on 2026-03-16
    """
    from udsyn.evidence.safeguards import fields

    emit(fields.check(record, text, topics, day_of(day)), format_, fields.COLUMNS)


@group.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Compare with the lists at its end.")
@record_option
@format_option
def changes(record: Path, since: dt.datetime, format_: str) -> None:
    """What the loaded lists say otherwise than at the end of a day: a row per entry, and per cell that changed.

    Columns: change (added, removed, changed), entry, act, measure, column, before, after.

    Example: udsyn safeguards changes --since 2026-11-26
    """
    from udsyn.evidence.safeguards import asking

    emit(asking.changes(record, since.date()), format_, asking.CHANGE_COLUMNS)


@group.command()
@click.option("--sample", type=Whole(1, 100_000), default=1000, show_default=True, help="Listed bodies altered.")
@click.option("--others", type=Whole(1, 1_000_000), default=5000, show_default=True, help="Names of the register.")
@click.option("--seed", type=SEEDS, default=1, show_default=True, help="The draw.")
@day_option
@record_option
@format_option
def proof(record: Path, sample: int, others: int, seed: int, day: dt.datetime | None, format_: str) -> None:
    """How well altered names of listed bodies are found, by kind, and how often a name that is not listed alarms.

    Needs loaded lists, and ROR's register for the false alarms. Columns: kind, names, found, rate.

    Example: udsyn safeguards proof --sample 1000
    """
    from udsyn.evidence.safeguards.proof import prove

    emit(prove(record, day_of(day), sample, others, seed), format_)


@group.command(name="aid")
@click.argument("case", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day of granting.")
@click.option("--calendar", default="DK", show_default=True, metavar="CODE", help="Whose public holidays count.")
@click.option("--under", default=aid.GENERAL, show_default=True, metavar="PACK", help="By which regulation's pack.")
@object_option
def aid_(case: Path, day: dt.datetime, calendar: str, under: str, format_: str) -> None:
    """How much de minimis aid an undertaking may still be granted on a day, Regulation (EU) 2023/2831.

    Other ceilings: --under de-minimis-services (2023/2832) or de-minimis-agriculture (1408/2013).

    CASE is one JSON object: awards (date, amount, undertaking, regulation), links (a, b, from, to), events (date, kind
    merger or split, from, to), asked, undertaking. Prints one object in EUR: room, ceiling, counted, asked, may_grant
    (all that is asked, or nothing), register_by (the last day for the entry in the register).

    Example: udsyn safeguards aid case.json --on 2026-03-16
    """
    emit_object(reckoned.aid_room(case, day.date(), calendar=calendar, regulation=under), format_)


@group.command()
@click.argument("code")
@format_option
def code(code: str, format_: str) -> None:
    """What a control code of Annex I of Regulation (EU) 2021/821 says, by its parts: 3A001, 1C350, 9E101.

    The list's texts are not shipped: whether an item falls under a code is for who knows it.

    Example: udsyn safeguards code 3A001
    """
    try:
        found = export.parse_code(code)
    except PackError as error:
        raise UsageError(str(error)) from None
    emit_object(vars(found), format_)


@group.command(name="export")
@click.argument("case", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@day_option
@click.option("--language", type=click.Choice(["en", "da"]), default="en", show_default=True, help="Of the reasons.")
@object_option
def export_(case: Path, day: dt.datetime | None, language: Literal["en", "da"], format_: str) -> None:
    """Whether an export, a transfer or a visitor's access needs a licence: no_licence, ask, or stop, with the clause.

    CASE is one JSON object of facts: end_user_listed, weapons_use, military, code (or listed), annex_iv, destination,
    kind (goods, software, technology), public_domain, research (basic, applied), transfer (goods, visitor, cloud, mail,
    publication). What is not said is not guessed: the answer is then to ask, and `missing` names it. Prints one object.

    Example: udsyn safeguards export case.json --on 2026-03-16
    """
    facts = load_json(case)
    if not isinstance(facts, dict):
        raise UsageError(f"{case.name} is not one JSON object.")
    found = export.decide(facts, day_of(day))
    would_change = found.would_change or {}
    answer = {
        "answer": found.answer,
        "because": found.because.get(language) or found.because.get("en"),
        "missing": list(found.steps[-1].missing),
        "clause": found.clause,
        "source": found.source,
        "would_change": would_change.get(language) or would_change.get("en"),
        "steps": [{"step": step.rule, "outcome": step.outcome.value} for step in found.steps],
    }
    emit_object(answer, format_)
