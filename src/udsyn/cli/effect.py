"""`udsyn evidence effect`: what agreements did to joint works."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from udsyn import facts
from udsyn.cli import asking, instruments
from udsyn.cli.output import emit, format_option, notice, record_option
from udsyn.cli.values import YEAR, Whole, held_year
from udsyn.errors import UsageError
from udsyn.evidence.question import Question

if TYPE_CHECKING:
    from udsyn.evidence.effect.findings import Settings

SHOWN = ("partner", "estimator", "effect", "low", "high", "pretrend_p", "placebo_rank", "placebos", "mde", "verdict")


def code(_: click.Context, __: click.Parameter, label: str | None) -> str | None:
    """A country by code or name, as ISO-2."""
    return None if label is None else facts.countries.code_of(label)


home_option = click.option("--home", callback=code, metavar="CODE", help="The home country, such as DK.")
partner_option = click.option(
    "--partner",
    callback=code,
    metavar="CODE",
    help="The partner country; without it, every partner with a dated agreement.",
)

treatments_option = click.option(
    "--treatments",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file (home, partner, year) instead of the facts' agreements.",
)
placebos_option = click.option(
    "--placebos", type=Whole(20, 10_000), default=100, show_default=True, help="Pretended agreements."
)


def settings_of(said: dict[str, Any]) -> Settings:
    """How the effect is estimated."""
    from udsyn.evidence.effect.findings import Settings

    return Settings(**said)


@click.command("effect")
@asking.asks(
    home_option,
    partner_option,
    click.option(
        *("--from", "year"),
        type=YEAR,
        callback=held_year,
        metavar="Y",
        help="The first treated year, instead of the facts'.",
    ),
    asking.source,
    asking.years,
)
@treatments_option
@click.option(
    "--by",
    type=click.Choice(["field", "size"]),
    help="The agreement's named fields against the others, or bilateral works beside those of more countries.",
)
@click.option(
    *("--of", "what"),
    type=click.Choice(["agreements", "centres"]),
    callback=lambda _context, _option, value: value.removesuffix("s"),
    default="agreements",
    show_default=True,
    help="What is judged: agreements from their signature, or innovation centres from their opening.",
)
@click.option("--fields", metavar="IDS", help="With --by field: the named fields (as 21,23), instead of the facts'.")
@asking.gathers(
    *("settings", ("placebos", "window", "countries"), settings_of),
    placebos_option,
    click.option(
        "--window",
        type=Whole(4, 200),
        default=10,
        show_default=True,
        help="Years on either side of the date; --years A-B replaces it.",
    ),
    click.option("--countries", type=Whole(8, 300), default=45, show_default=True, help="The largest compared."),
)
@record_option
@format_option
def effect(
    question: Question,
    treatments: Path | None,
    by: str | None,
    what: Literal["agreement", "centre"],
    fields: str | None,
    settings: Settings,
    record: Path,
    format_: str,
) -> None:
    """Estimate what an agreement did to joint works, with what chance alone could have done.

    One row per estimator: the effect (0.25 = +25 %) with its 95 % interval, a test of the trend before, the rank among
    pretended agreements, the minimum detectable effect, and a verdict in words. With --by field the rows say it for the
    fields that the agreement names, for the others, and for one against the other; with --by size for bilateral works,
    those of up to ten countries and larger ones, beside whole counts and fractional links. All estimators as one,
    home's joint works with all countries and the rank among other homes stand in further columns.

    Example: udsyn evidence effect --home DK --partner KR --record record

    Example: udsyn evidence effect --of centres --record record
    """
    from udsyn.evidence.effect.fields import effect_by_field_in
    from udsyn.evidence.effect.findings import effect_in, read_treatments
    from udsyn.evidence.effect.sizes import effect_by_size_in
    from udsyn.record.engine import Record

    if fields and by != "field":
        raise UsageError("--fields needs --by field.")
    if what == "centre" and by == "field":
        raise UsageError("--by field is of agreements: they name fields, centres do not.")
    known = read_treatments(treatments, what) if treatments else None
    settings, source = replace(settings, years=question.years, what=what), question.source
    asked = Record.open(record), question.home or facts.home(), question.partner, question.year
    if by == "field":
        named = [member.strip() for member in (fields or "").split(",") if member.strip()]
        result = effect_by_field_in(*asked, source=source, fields=named, known=known, settings=settings)
    else:
        ask = effect_by_size_in if by == "size" else effect_in
        result = ask(*asked, source=source, known=known, settings=settings)
    for line in result.headlines:
        notice(line)
    for note in result.notes:
        notice(note)
    shown = SHOWN if by is None else (SHOWN[0], "part", *SHOWN[1:])
    emit(result.records(), format_, shown if format_ == "table" else None)


@click.command("agreements")
@home_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; stdout without it.")
@click.option(
    "--neighbours", default="SE,NO,FI,NL", show_default=True, metavar="CODES", help="Countries to compare with."
)
@treatments_option
@placebos_option
@asking.source
@record_option
def agreements(
    home: str | None,
    out: Path | None,
    neighbours: str,
    treatments: Path | None,
    placebos: int,
    source: str | None,
    record: Path,
) -> None:
    """Write the page on all agreements: a table, a sentence each, and what neighbours without one show.

    Example: udsyn evidence agreements --home DK --out docs/agreements.md --record record
    """
    from udsyn.evidence.effect.findings import Settings, joint_works, read_treatments
    from udsyn.evidence.effect.report import agreements_page
    from udsyn.record.engine import Record
    from udsyn.record.parts import write_atomically

    settings = Settings(placebos=placebos)
    here = home or facts.home()
    pairs, provenance, said = joint_works(Record.open(record), source, settings)
    for note in said:
        notice(note)
    page = agreements_page(
        pairs,
        here,
        provenance,
        known=read_treatments(treatments) if treatments else None,
        others=[facts.countries.code_of(label) for label in neighbours.split(",") if label.strip()],
        settings=settings,
        say=notice,
    )
    if out is None:
        click.echo(page, nl=False)
    else:
        write_atomically(out, page.encode())
        notice(f"Wrote {out}.")


@click.command("grants")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@instruments.ledger_option(required=False)
@instruments.dose_option
@click.option(
    "--kind",
    type=click.Choice(["institutions", "people"]),
    default="institutions",
    show_default=True,
    help="What a and b are.",
)
@click.option("--span", type=Whole(1, 20), default=5, show_default=True, help="Years that count before, and after.")
@click.option("--matches", type=Whole(1, 20), default=3, show_default=True, help="Unfunded pairs for each funded one.")
@click.option("--balance", is_flag=True, help="How alike funded and unfunded pairs are, before and after matching.")
@asking.source
@record_option
@format_option
def grants(
    file: Path | None,
    ledger: Path | None,
    dose: bool,
    kind: str,
    span: int,
    matches: int,
    balance: bool,
    source: str | None,
    record: Path,
    format_: str,
) -> None:
    """Compare funded pairs with those turned down, or with unfunded ones that were alike: did they write more together?

    With --ledger: funded against turned-down at the line (regression discontinuity on the rating), and over time; rows
    as `evidence effect`.

    Without: FILE is a CSV of grants or stays with the columns a, b, year: ids of two institutions (I…) or people (A…)
    and the first year. Each pair is matched with unfunded ones of the same countries, year and field, on joint works
    before and on output. One row: the effect (0.25 = +25 %) with its 95 % interval, what was expected, and a verdict in
    words.

    Example: udsyn evidence grants --ledger ledger.csv --record record

    Example: udsyn evidence grants grants.csv --kind institutions --record record
    """
    if (file is None) == (ledger is None):
        raise UsageError("name a ledger with --ledger FILE, or a FILE of funded pairs (a, b, year); not both.")
    if ledger is not None:
        return instruments.show("grants", ledger, source, record, format_, dose)
    if dose:
        raise UsageError("--dose needs --ledger: a file of funded pairs holds one grant a pair.")
    assert file is not None
    from dataclasses import asdict

    from udsyn.evidence.effect.grants import grants_effect, read_grants

    result = grants_effect(record, read_grants(file, kind), kind, years=span, matches=matches)
    for note in result.notes:
        notice(note)
    if balance:
        return emit([asdict(row) for row in result.found.balance], format_)
    own = asdict(result.found)
    row = {name: own[name] for name in ("effect", "low", "high", "mde", "funded", "unmatched", "works", "expected")}
    rows = [{**row, "verdict": result.found.verdict, **asdict(result.provenance)}]
    return emit(rows, format_, (*row, "verdict") if format_ == "table" else None)
