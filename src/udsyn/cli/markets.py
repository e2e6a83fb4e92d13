"""`udsyn markets`: tenders, trade, and the way in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from udsyn.cli.output import emit, emit_object, format_option, notice, record_option
from udsyn.cli.values import period_option
from udsyn.evidence.markets import concordance as steps
from udsyn.evidence.markets import trade as markets
from udsyn.record.tenders import folder as folders
from udsyn.record.tenders import load as tenders
from udsyn.record.trade import load as trade


@click.group()
def group() -> None:
    """Tenders, trade, and the way in.

    Example: udsyn markets read notices
    """


@group.command(name="read")
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
def read_(folder: Path) -> None:
    """Read a folder of tender notices in eForms XML and tell what is in it, without loading it.

    Prints one object: notices (read without fault), refused (file, reason), and over all files that parse: kinds (by
    document), lots, parts, groups, cpv_uses (classifications that name CPV), cpv_codes (different ones).

    Example: udsyn markets read notices
    """
    found = folders.survey(folder)
    if not found.faults:
        notice(f"{folder} holds no XML file.")
    if found.cpv[""]:
        notice(f"{found.cpv['']} of the uses of CPV name no code; they count as uses, and as one code together.")
    emit_object(
        {
            "notices": found.notices,
            "refused": found.refused,
            "kinds": dict(sorted(found.kinds.items())),
            "lots": found.lots["lot"],
            "parts": found.lots["part"],
            "groups": found.lots["group"],
            "cpv_uses": found.cpv.total(),
            "cpv_codes": len(found.cpv),
        },
        "json",
    )


@group.command(name="load")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--as", "as_", type=click.Choice((*tenders.FORMATS, *trade.FORMATS)), required=True, help="What it is.")
@click.option("--source", metavar="NAME", help="Who publishes it, such as Brazil; sources are kept apart.")
@click.option("--licence", metavar="TEXT", help="The terms that it may be used under.")
@click.option("--url", metavar="URL", help="Where it was fetched.")
@click.option("--retrieved", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day it was fetched.")
@click.option("--contacts", is_flag=True, help="Of tenders: keep names of contacts, and of winners who are persons.")
@click.option("--hs", metavar="REVISION", help="Of baci: the revision of its products, such as HS92.")
@click.option("--version", metavar="VERSION", help="Of baci: the version of the source, such as 202501.")
@click.option("--scheme", metavar="SCHEME", help="Of labels: what they name, such as cpv, hs, cpc or isic4.")
@click.option("--from", "left", metavar="SCHEME", help="Of a concordance: the scheme that it leads from.")
@click.option("--to", "right", metavar="SCHEME", help="Of a concordance: the scheme that it leads to.")
@record_option
def load_(file: Path, as_: str, record: Path, **given: Any) -> None:
    """Load tenders, trade, labels or a concordance into the record. What is there already is left as it is.

    Of tenders FILE is a file, or a folder of which every file is loaded. Prints one object: rows (notices, flows,
    labels or steps), quarantined (what was refused, with its reason), unchanged (files that were there).

    Example: udsyn markets load BACI_HS92_Y2022_V202501.csv --as baci --record record
    """
    fetched = given["retrieved"].date() if given["retrieved"] else None
    about: trade.About = {"licence": given["licence"], "url": given["url"], "retrieved": fetched}
    if as_ in tenders.FORMATS:
        found = tenders.load(record, file, as_, source=given["source"], contacts=given["contacts"], **about)
    else:
        named = {name: given[name] for name in ("source", "hs", "version", "scheme")}
        step = (given["left"], given["right"]) if given["left"] and given["right"] else None
        found = trade.load(record, file, as_, step=step, about=about, **named)
    emit_object({"rows": found.rows, "quarantined": found.quarantined, "unchanged": found.unchanged}, "json")


codes_option = click.option(
    "--codes", required=True, metavar="CODE,...", help="Products of two, four or six digits, such as 854330."
)


@group.command(name="trade")
@click.option("--country", required=True, metavar="CODE", help="Whose market it is, such as BR.")
@codes_option
@click.option("--home", default="DK", show_default=True, metavar="CODE", help="Whose share and advantage is asked.")
@period_option
@click.option("--hs", metavar="REVISION", help="The revision of the products.  [default: the oldest that is held]")
@click.option("--version", metavar="VERSION", help="The version of the source.  [default: the newest]")
@click.option("--suppliers", "competitors", is_flag=True, help="Who supplies the market, instead of its years.")
@record_option
@format_option
def trade_(
    country: str,
    codes: str,
    home: str,
    years: tuple[int, int] | None,
    hs: str | None,
    version: str | None,
    competitors: bool,
    record: Path,
    format_: str,
) -> None:
    """How large a market is, how it grows, and who supplies it, for a basket of products.

    A row per year: imports (thousand US dollars), growth, home_value, home_share, world_value, advantage (the basket's
    part of home's exports over its part of the world's, 1 = as the world), hs, version. With --suppliers a row per
    supplier: supplier, value, share, growth, hs, version.

    Example: udsyn markets trade --country BR --codes 854330,8541 --record record
    """
    asked = codes.split(",")
    of = markets.chosen(record, hs, version)
    notice(markets.described(record, of, asked))
    if competitors:
        found = markets.suppliers(record, country, asked, years=years, hs=of.hs, version=of.version)
    else:
        found = markets.market(record, country, asked, home=home, years=years, hs=of.hs, version=of.version)
    emit(found.to_dicts(), format_, found.columns)


@group.command(name="concordance")
@click.argument("code")
@click.option("--from", "left", required=True, metavar="SCHEME", help="The code's scheme, such as cpc.")
@click.option("--to", "right", required=True, metavar="SCHEME", help="The scheme that is asked for, such as hs.")
@record_option
@format_option
def concordance_(code: str, left: str, right: str, record: Path, format_: str) -> None:
    """Which codes of one scheme a code of another leads to, over the loaded concordances, step by step.

    A row per step and code: step, from, from_code, to, to_code, weight, stated (weighed by the source, or split
    equally), path_weight, label.

    Example: udsyn markets concordance C25B --from cpc --to hs --record record
    """
    emit(steps.chain(record, left, code, right).to_dicts(), format_, steps.COLUMNS)
