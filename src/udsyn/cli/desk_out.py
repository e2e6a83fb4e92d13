"""`udsyn desk ties` and `awards`: what the desk says to evidence, and to readers of grants in a format of theirs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from udsyn.cli.desk import folder_option, opened
from udsyn.cli.output import choose_format, emit
from udsyn.errors import UsageError

FORMATS = ("csv", "360giving", "commongrants", "cerif", "crossref", "iati")


@click.command()
@folder_option
@click.option("--record", metavar="DIR", help="The record whose ids the sides get (or UDSYN_RECORD).")
@click.option("--instrument", "instruments", multiple=True, help="Only this kind of instrument, as grant.")
@choose_format("csv")
def ties(folder: Path, record: str | None, instruments: tuple[str, ...], format_: str) -> None:
    """Print pairs whose both sides are known in the record: date, instrument, a, b, funded, rating, status.

    It is what `udsyn evidence grants --ledger FILE` reads; refused pairs are in it with their ratings.

    Example: udsyn desk ties --instrument grant --desk demo/desk --record demo/record > ledger.csv
    """
    opened(folder, record)
    from udsyn.desk.evidence import paired
    from udsyn.desk.tools.record import named

    held = named()
    if held is None:
        raise UsageError("no record is named: give --record, or set UDSYN_RECORD.")
    emit(paired.lines(held, instruments), format_, paired.COLUMNS)


@click.command()
@folder_option
@click.option("--as", "form", type=click.Choice(FORMATS), required=True, help="In which format.")
@click.option("--funder", default="", help="The funder's name, in all formats but csv.")
@click.option("--funder-id", "ident", default="", help="Its organisation identifier, as DK-CVR-12345678.")
@click.option("--ror", default="", help="Its ROR id.")
@click.option("--registry", default="", help="Its id in the Funder Registry, as 10.13039/501100000000.")
@click.option("--prefix", default="", help="Its 360Giving prefix.")
@click.option("--doi", default="", help="Its DOI prefix, for Crossref.")
@click.option("--email", default="", help="Who deposits, for Crossref.")
@click.option("--address", default="", help="The address of grants' pages, in front of the number.")
def awards(folder: Path, form: str, **funder: str) -> None:
    """Print all grants that were taken up, in a format that others read.

    iati holds those whose terms say that they are development aid.

    Example: udsyn desk awards --as csv --desk demo/desk > grants.csv
    """
    opened(folder)
    from udsyn.desk.rooms.grants.publishing import write

    try:
        click.echo(write(form, dt.datetime.now(dt.UTC), **funder).decode())
    except ValueError as error:
        raise UsageError(str(error)) from None
