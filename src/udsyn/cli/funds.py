"""`udsyn funds`: which money is open to a pair, under which conditions, and what like it was paid before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from udsyn.cli.output import emit, emit_object, format_option, notice, object_option, record_option
from udsyn.cli.values import ROWS, parse_years
from udsyn.errors import UsageError
from udsyn.evidence.funds.eligible import ACTIONS, PROGRAMMES
from udsyn.evidence.funds.register import FORTHCOMING, OPEN, STATES
from udsyn.record.calls.loading import FORMS
from udsyn.record.calls.paid import TABLES as PAID_FORMS

DAY = click.DateTime(["%Y-%m-%d"])
on_option = click.option("--on", "on", type=DAY, required=True, metavar="DATE", help="The day that is asked about.")
source_option = click.option("--source", metavar="NAME", help="Only what this source says.  [default: dated-lists]")
semantic_option = click.option(
    "--semantic", "use_semantic", is_flag=True, help="Also by meaning (needs udsyn[semantic])."
)


@click.group()
def group() -> None:
    """Which money is open to a pair of countries, under which conditions, and what like it was paid before.

    Example: udsyn funds eligible --countries DK,KR --programme horizon/2 --on 2026-03-02
    """


@group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--as", "form", type=click.Choice([*FORMS, *PAID_FORMS]), required=True, help="The form that the calls come in."
)
@click.option("--source", metavar="NAME", help="What to call the source.  [default: the form]")
@click.option("--retrieved", type=DAY, metavar="DATE", help="When it was fetched.  [default: when it was written]")
@click.option("--url", metavar="URL", help="Where it was fetched from.")
@record_option
@object_option
def load(
    file: Path,
    form: str,
    source: str | None,
    retrieved: dt.datetime | None,
    url: str | None,
    record: Path,
    format_: str,
) -> None:
    """Load a file of calls. What was loaded before stays; a file that is not whole changes nothing.

    Prints one object: rows, quarantined (`udsyn funds faults` says why), unchanged (1 where it was loaded before).

    Example: udsyn funds load lists.csv.gz --as dated-lists --record rec
    """
    from udsyn.record.calls import load
    from udsyn.record.calls.paid import load_paid

    if form in PAID_FORMS:
        done = load_paid(record, file, form)
    else:
        done = load(record, file, form, source=source, retrieved=day(retrieved), url=url)
    emit_object({"rows": done.rows, "quarantined": done.quarantined, "unchanged": done.unchanged}, format_)


@group.command()
@on_option
@click.option("--list", "snapshot", metavar="SNAPSHOT", help="This list instead of the newest at that day.")
@source_option
@record_option
@object_option
def status(on: dt.datetime, snapshot: str | None, source: str | None, record: Path, format_: str) -> None:
    """How many calls are open, coming and past on a day, computed from the dates in the newest list at that day.

    Prints one object: list_date, rows, codes, open, forthcoming, past, unknown, source, snapshot.

    Example: udsyn funds status --on 2026-03-02 --record rec
    """
    from udsyn.evidence.funds.status import status

    found = status(record, on.date(), snapshot, source)
    notice(f"from {found['source']}, list of {found['list_date']}; open = opens <= {on.date()} <= closes.")
    emit_object(found, format_)


@group.command()
@click.option("--from", "before", type=DAY, required=True, metavar="DATE", help="The earlier day.")
@click.option("--to", "after", type=DAY, required=True, metavar="DATE", help="The later day.")
@click.option("--rows", is_flag=True, help="The calls themselves instead of their numbers.")
@source_option
@record_option
@object_option
def changes(
    before: dt.datetime, after: dt.datetime, rows: bool, source: str | None, record: Path, format_: str
) -> None:
    """What changed between the newest lists at two days, by code and name.

    Prints one object: new, gone, moved (another open or close date), changed (anything else); of the moved reopened,
    of the changed rewritten (the same, written otherwise). With --rows a row per call.

    Example: udsyn funds changes --from 2026-02-23 --to 2026-03-02 --rows --record rec
    """
    from udsyn.evidence.funds.changes import changes, summary

    found = changes(record, before.date(), after.date(), source)
    if rows:
        emit(found, format_)
    else:
        emit_object(summary(found), format_)


@group.command()
@click.option("--countries", required=True, metavar="A,B", help="The partners' countries.")
@click.option("--programme", type=click.Choice(list(PROGRAMMES)), required=True, help="The programme and its part.")
@click.option("--action", type=click.Choice(ACTIONS), help="The kind of action, where it is known.")
@on_option
@format_option
def eligible(countries: str, programme: str, action: str | None, on: dt.datetime, format_: str) -> None:
    """May partners of these countries use a programme's money on a day? The text of a topic can override each answer.

    Prints a row per country: country, verdict (money, no_money, not_allowed or read_text), clause, source, url, stands
    (how far an agreement has come), since, would_change.

    Example: udsyn funds eligible --countries DK,KR --programme horizon/2 --on 2026-03-02
    """
    from udsyn.evidence.funds.eligible import eligible

    codes = named(countries)
    if not codes:
        raise UsageError("--countries names no country: give codes such as DK,KR.")
    emit(eligible(codes, programme, on.date(), action), format_)


@group.command(name="open")
@click.argument("text", required=False)
@on_option
@click.option("--countries", metavar="A,B", help="The partners' countries: each call with the pair's verdict.")
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Which calls.  [default: open]")
@click.option("--source", "sources", metavar="NAME", multiple=True, help="Only what this source says.")
@click.option("--zone", default="Europe/Copenhagen", show_default=True, help="Whose clock deadlines are shown on.")
@click.option("--limit", type=ROWS, default=20, show_default=True, help="How many.")
@record_option
@format_option
def open_(
    text: str | None,
    on: dt.datetime,
    countries: str | None,
    states: tuple[str, ...],
    sources: tuple[str, ...],
    zone: str,
    limit: int,
    record: Path,
    format_: str,
) -> None:
    """What is open on a day, ranked for TEXT where there is one, with the verdict for a pair of countries.

    Prints a row per call: rank, id, title, state, opens, deadline, cascade, budget, currency, funder, programme,
    source, url; with TEXT score (0 to 1) and reasons (the terms that it shares); with --countries verdict (of the
    country that fares worst), clause and would_change.

    Example: udsyn funds open "low-temperature electrolysis" --on 2026-03-02 --countries DK,KR --record rec
    """
    from udsyn.evidence.funds.find import open_calls

    found = open_calls(
        record,
        on.date(),
        text,
        countries=named(countries),
        states=states or (OPEN,),
        sources=sources,
        zone=zone,
        limit=limit,
    )
    emit(found, format_)


@group.command()
@click.argument("text")
@on_option
@click.option("--countries", metavar="A,B", help="The partners' countries: calls that one may not join are left out.")
@click.option(
    "--state", "states", type=click.Choice(STATES), multiple=True, help="Which calls.  [default: open, forthcoming]"
)
@click.option("--source", "sources", metavar="NAME", multiple=True, help="Only what this source says.")
@click.option("--zone", default="Europe/Copenhagen", show_default=True, help="Whose clock deadlines are shown on.")
@click.option("--limit", type=ROWS, default=20, show_default=True, help="How many.")
@semantic_option
@record_option
@format_option
def find(
    text: str,
    on: dt.datetime,
    countries: str | None,
    states: tuple[str, ...],
    sources: tuple[str, ...],
    zone: str,
    limit: int,
    use_semantic: bool,
    record: Path,
    format_: str,
) -> None:
    """Calls that fit TEXT best on a day, within what is allowed: by words, and by what like it was paid before.

    TEXT is free, or a work (W…) or a topic (T…) of the record. Prints the columns of `udsyn funds open`, and topics
    and neighbours: what the projects like TEXT were about, and their ids, that speak for the call, since calls like it
    paid them. Those need CORDIS's projects and labels (`udsyn funds load FILE --as cordis-topics`, `--as
    cordis-labels`). The score is 1 for the words of the nearest call, and up to 0.5 for what was paid before.

    Example: udsyn funds find "low-temperature electrolysis" --on 2026-03-02 --countries DK,KR --record rec
    """
    from udsyn.evidence.funds.find import find

    found = find(
        record,
        text,
        on.date(),
        countries=named(countries),
        states=states or (OPEN, FORTHCOMING),
        sources=sources,
        zone=zone,
        limit=limit,
        embed=embedding(use_semantic),
    )
    emit(found, format_)


@group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@on_option
@click.option("--limit", type=ROWS, default=20, show_default=True, help="How many.")
@semantic_option
@record_option
@format_option
def sketch(file: Path, on: dt.datetime, limit: int, use_semantic: bool, record: Path, format_: str) -> None:
    """Calls that fit a project sketch, within what its partners are allowed: countries, or organisations of the record.

    FILE is YAML: title, text, and partners, each with a country or an organisation (its ROR id or exact name). Prints
    the columns of `udsyn funds find`, and partners as the record knows them.

    Example: udsyn funds sketch sketch.yaml --on 2026-03-02 --record rec
    """
    from udsyn.evidence.funds.sketch import fitting_sketch, read_sketch

    emit(fitting_sketch(record, read_sketch(file), on.date(), embed=embedding(use_semantic), limit=limit), format_)


@group.command()
@on_option
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Which calls.  [default: open]")
@record_option
@object_option
def export(on: dt.datetime, states: tuple[str, ...], record: Path, format_: str) -> None:
    """Calls as CommonGrants opportunities: one JSON object, `items`. What the protocol lacks is in a custom field.

    Other formats have the same calls in columns, as `udsyn funds open` prints them.

    Example: udsyn funds export --on 2026-03-02 --record rec > calls.json
    """
    from udsyn.evidence.funds.export import export_calls
    from udsyn.evidence.funds.find import open_calls

    if format_ == "json":
        emit_object(export_calls(record, on.date(), states or (OPEN,)), "json")
    else:
        emit(open_calls(record, on.date(), states=states or (OPEN,)), format_)


@group.command()
@click.argument("text")
@click.option("--limit", type=ROWS, default=10, show_default=True, help="How many.")
@record_option
@format_option
def history(text: str, limit: int, record: Path, format_: str) -> None:
    """Topics that paid projects like TEXT before: rank, topic, title, projects, score, labels, neighbours.

    Calls that are open to any theme (ERC, MSCA, EIC) are left out. Needs CORDIS's projects and labels
    (`udsyn funds load FILE --as cordis-topics`, `--as cordis-labels`).

    Example: udsyn funds history "hydrogen electrolysis" --record rec
    """
    from udsyn.evidence.funds.history import history

    emit(history(record, text, limit), format_)


@group.command()
@click.option("--home", required=True, metavar="CODE", help="One country, such as DK.")
@click.option("--partner", required=True, metavar="CODE", help="The other, such as KR.")
@click.option("--years", callback=parse_years, metavar="A-B", help="Years of works, and in which projects start.")
@click.option("--limit", type=ROWS, default=20, show_default=True, help="How many.")
@record_option
@format_option
def funders(home: str, partner: str, years: tuple[int, int] | None, limit: int, record: Path, format_: str) -> None:
    """Who paid for what two countries did together: funders of joint works (OpenAlex), and joint EU projects (CORDIS).

    Needs works read with their funders (`udsyn ingest openalex SRC --with funders`), or awards, or CORDIS's projects.

    Example: udsyn funds funders --home DK --partner KR --record rec
    """
    from udsyn.cli.places import show
    from udsyn.evidence.funds.funders import funders as question

    show(question(record, home, partner, years=years, limit=limit), format_)


@group.command()
@on_option
@record_option
@format_option
def sources(on: dt.datetime, record: Path, format_: str) -> None:
    """Each source with the day of its last good state, and what the last attempt met where it failed.

    Example: udsyn funds sources --on 2026-03-02 --record rec
    """
    from udsyn.evidence.funds.status import sources

    emit(sources(record, on.date()), format_)


@group.command()
@record_option
@format_option
def faults(record: Path, format_: str) -> None:
    """What could not be read: source, file, where, reason and the start of the text.

    Example: udsyn funds faults --record rec
    """
    from udsyn.record.calls import register

    emit(register(record).quarantined().to_dicts(), format_)


def embedding(wanted: bool) -> Callable[..., Any] | None:
    """The language model of the extra where it is wanted. Raises UsageError where it is not installed."""
    if not wanted:
        return None
    from udsyn.contacts import semantic

    semantic.demand()
    return semantic.embed


def day(moment: dt.datetime | None) -> dt.date | None:
    return moment.date() if moment else None


def named(countries: str | None) -> list[str]:
    return [code for part in (countries or "").split(",") if (code := part.strip())]
