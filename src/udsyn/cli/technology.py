"""`udsyn technology`: what patents say of a country."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn.cli.output import emit, format_option, notice
from udsyn.evidence.technology import specialisation as question


@click.group()
def group() -> None:
    """What patents say of a country, by families of inventions.

    Example: udsyn technology specialisation families.csv.gz --country DK
    """


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
