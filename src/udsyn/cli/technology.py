"""`udsyn technology`: what patents say of a country."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn.cli.lazy import LazyGroup
from udsyn.cli.output import emit, emit_object, format_option, notice, record_option
from udsyn.evidence.technology import specialisation as question
from udsyn.record.parts import write_atomically
from udsyn.record.patents.loading import FORMS


@click.group(
    cls=LazyGroup,
    lazy={
        "users": ("udsyn.cli.patents:users", "Who builds on our science: firms, families and the works they cite."),
        "firms": ("udsyn.cli.patents:firms", "The firms with most families in classes of technology."),
        "hotspots": ("udsyn.cli.patents:hotspots_", "Where in the world the inventions of some classes are made."),
        "organisations": ("udsyn.cli.patents:organisations_", "Applicants by LEI, ROR and national number, and whose."),
        "profile": ("udsyn.cli.patents:profile_", "A country's technology by class of CPC."),
        "strengths": ("udsyn.cli.patents:strengths_", "Where both countries are strong in technology."),
        "crossed": ("udsyn.cli.patents:crossed_", "Where one country's science meets the other's technology."),
        "classes": ("udsyn.cli.patents:classes_", "The classes of CPC that a topic's science is used in."),
    },
)
def group() -> None:
    """What patents say: specialisation, and the organisations behind names of applicants.

    Example: udsyn technology specialisation families.csv.gz --country DK
    """


@group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--as", "form", type=click.Choice(list(FORMS)), required=True, help="The form that the file comes in.")
@click.option("--source", metavar="NAME", help="What to call the source.  [default: the form]")
@click.option("--accept", metavar="LICENCE", help="The licence that you accept, where one forbids commercial use.")
@click.option("--licence", metavar="TEXT", help="The terms of a source of your own.")
@click.option("--url", metavar="URL", help="Where it was fetched from.")
@record_option
@format_option
def load(
    file: Path,
    form: str,
    source: str | None,
    accept: str | None,
    licence: str | None,
    url: str | None,
    record: Path,
    format_: str,
) -> None:
    """Load patents, the papers that they cite, classes, or registers of organisations. What was loaded before stays.

    Prints one object: rows, quarantined, unchanged (1 where the file was loaded before).

    Example: udsyn technology load families.parquet --as google --record rec
    """
    from udsyn.record.patents import load

    done = load(record, file, form, source=source, accept=accept, licence=licence, url=url)
    emit_object({"rows": done.rows, "quarantined": done.quarantined, "unchanged": done.unchanged}, format_)


@group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--country", required=True, metavar="CODE", help="The country, such as DK.")
@format_option
def specialisation(file: Path, country: str, format_: str) -> None:
    """In which fields of technology a country is specialised, year by year (1 = as the world).

    FILE is a CSV with field, economy, year, families, where economy is a path that ends in the country; the series ALL
    and UNASSIGNED are no fields.

    Example: udsyn technology specialisation families.csv.gz --country DK --format csv
    """
    notice("index: the country's share of its classified families in the field, over the world's; 1 = as the world.")
    emit(question.specialisation(file, country).to_dicts(), format_)


@group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The CSV to write: mention_id, entity.",
)
@click.option(
    "--overrides",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A CSV name, entity: decided by people.",
)
@click.option(
    "--links", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write why each name was linked."
)
@click.option(
    "--wide", is_flag=True, help="Find more and err more: other word order, slips of one word, `on behalf of`."
)
@click.option(
    "--against",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="FILE has a column entity: write the pairs that speak against the answer.",
)
@click.option("--check", is_flag=True, help="FILE has a column entity: print how well the answer agrees with it.")
@format_option
def names(
    file: Path,
    out: Path,
    overrides: Path | None,
    links: Path | None,
    wide: bool,
    check: bool,
    against: Path | None,
    format_: str,
) -> None:
    """Which names of applicants mean one organisation: a CSV mention_id, name in; mention_id, entity out.

    Example: udsyn technology names applicants.csv --out entities.csv --links why.csv
    """
    from udsyn.evidence.technology import names as question

    counts = question.link_names(file, out, overrides=overrides, links=links, wide=wide)
    if check:
        notice(f"{counts['mentions']} mentions of {counts['names']} names: {counts['entities']} entities.")
        emit(question.agreement(file, out), format_)
    else:
        emit_object(counts, format_)
    if against is not None:
        write_atomically(against, question.disagreements(file, out).write_csv().encode())
