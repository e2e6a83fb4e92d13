"""`udsyn markets`: tenders, trade, and the way in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from udsyn.cli.output import emit, emit_object, format_option, notice, object_option, record_option
from udsyn.cli.values import ROWS, period_option
from udsyn.errors import UsageError
from udsyn.evidence.markets import concordance as steps
from udsyn.evidence.markets import needs
from udsyn.evidence.markets import tenders as search
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
@object_option
def read_(folder: Path, format_: str) -> None:
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
        format_,
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
@object_option
def load_(file: Path, as_: str, record: Path, format_: str, **given: Any) -> None:
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
    emit_object({"rows": found.rows, "quarantined": found.quarantined, "unchanged": found.unchanged}, format_)


@group.command(name="trade")
@click.option("--country", required=True, metavar="CODE", help="Whose market it is, such as BR.")
@click.option("--codes", metavar="CODE,...", help="Products of two, four or six digits, such as 854330.")
@click.option("--home", default="DK", show_default=True, metavar="CODE", help="Whose share and advantage is asked.")
@period_option
@click.option("--hs", metavar="REVISION", help="The revision of the products.  [default: the oldest that is held]")
@click.option("--version", metavar="VERSION", help="The version of the source.  [default: the newest]")
@click.option("--suppliers", "competitors", is_flag=True, help="Who supplies the market, instead of its years.")
@click.option(
    "--products",
    "headings",
    is_flag=True,
    help="Which headings home sells and the market buys, whole, instead of its years.",
)
@record_option
@format_option
def trade_(
    country: str,
    codes: str | None,
    home: str,
    years: tuple[int, int] | None,
    hs: str | None,
    version: str | None,
    competitors: bool,
    headings: bool,
    record: Path,
    format_: str,
) -> None:
    """How large a market is, how it grows, and who supplies it, for a basket of products.

    A row per year: imports (thousand US dollars), growth, home_value, home_share, world_value, advantage (the basket's
    part of home's exports over its part of the world's, 1 = as the world), hs, version. With --suppliers a row per
    supplier: supplier, value, share, growth, hs, version. With --products a row per heading of four digits in the last
    year: product, imports, growth (a year), home_value, home_share, advantage, year, hs, version.

    Example: udsyn markets trade --country BR --codes 854330,8541 --record record
    """
    if codes is None and not headings:
        raise UsageError("name the products: --codes 854330, or --products for all that home sells there.")
    asked = markets.ALL if codes is None else codes.split(",")
    of = markets.chosen(record, hs, version)
    notice(markets.described(record, of, asked))
    if competitors:
        found = markets.suppliers(record, country, asked, years=years, hs=of.hs, version=of.version)
    elif headings:
        found = markets.products(record, country, asked, home=home, years=years, hs=of.hs, version=of.version)
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


def asks(command: Any) -> Any:
    """What tenders are asked for: a saved need, codes, words, a buyer's country."""
    for option in (
        click.option("--need", metavar="FILE", type=click.Path(path_type=Path, exists=True), help="A need profile."),
        click.option("--codes", metavar="SCHEME:CODE,...", help="Codes with all below them, such as cpv:42990000."),
        click.option("--words", metavar="WORD,...", help="Starts of words in title or text, in any language."),
        click.option("--country", metavar="CODE", help="The buyer's country, such as BR."),
    ):
        command = option(command)
    return command


def asked(need: Path | None, codes: str | None, words: str | None) -> tuple[dict[str, list[str]], list[str]]:
    """Scheme → codes, and the words: those of the profile, and those that are named."""
    profile = needs.load(need) if need else None
    by_scheme = profile.confirmed() if profile else {}
    if profile and not by_scheme:
        notice(f"No code of {need} is confirmed; only its words are looked for.")
    for named in filter(None, (codes or "").split(",")):
        scheme, _, code = named.partition(":")
        if not scheme or not code:
            raise UsageError(f"--codes {named}: name a code as cpv:42990000.")
        by_scheme.setdefault(scheme.lower(), []).append(code)
    return by_scheme, [*(profile.words if profile else ()), *filter(None, (words or "").split(","))]


@group.command(name="tenders")
@asks
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Only what is open on this day.")
@click.option("--home", default="DK", show_default=True, metavar="CODE", help="Whose firms would bid.")
@click.option("--limit", type=ROWS, default=50, show_default=True, metavar="N", help="How many notices.")
@record_option
@format_option
def tenders_(
    need: Path | None,
    codes: str | None,
    words: str | None,
    country: str | None,
    day: dt.datetime | None,
    home: str,
    limit: int,
    record: Path,
    format_: str,
) -> None:
    """Which tenders need a technology: those that meet most of it first, and of them those that are due soonest.

    A row per notice: notice, source, country, buyer, title, kind, published, status, state, deadline, due, value,
    currency, value_of, matched, access (may, read_text, no_right), reason, url.

    Example: udsyn markets tenders --codes cpv:42990000 --country BR --on 2026-03-02 --record record
    """
    by_scheme, spoken = asked(need, codes, words)
    listed = ", ".join(f"{scheme} {code}" for scheme, held in by_scheme.items() for code in held)
    notice(f"Codes with all below them: {listed or 'none'}; words: {', '.join(spoken) or 'none'}.")
    on = day.date() if day else None
    found = search.find(record, codes=by_scheme, words=spoken, country=country, on=on, home=home, limit=limit)
    emit(found.to_dicts(), format_, search.COLUMNS)


@group.command(name="winners")
@asks
@click.option("--limit", type=ROWS, default=50, show_default=True, metavar="N", help="How many suppliers.")
@record_option
@format_option
def winners_(
    need: Path | None, codes: str | None, words: str | None, country: str | None, limit: int, record: Path, format_: str
) -> None:
    """Who won what a need meets, the most awards first.

    A row per supplier and currency: supplier, country, awards, value (a consortium's award counts for each member),
    currency, last, buyers.

    Example: udsyn markets winners --codes cpv:42990000 --country BR --record record
    """
    by_scheme, spoken = asked(need, codes, words)
    found = search.winners(record, codes=by_scheme, words=spoken, country=country, limit=limit)
    emit(found.to_dicts(), format_, search.WINNERS)


@group.command(name="propose")
@click.argument("text")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Save the profile here, as YAML.")
@click.option("--name", metavar="NAME", help="What to call it.  [default: the text]")
@click.option("--words", metavar="WORD,...", help="More words for it, in any language.")
@click.option("--topics", metavar="ID,...", help="Topics of research that belong to it, such as T10030.")
@click.option("--limit", type=ROWS, default=8, show_default=True, metavar="N", help="How many codes of each scheme.")
@record_option
@format_option
def propose_(
    text: str,
    out: Path | None,
    name: str | None,
    words: str | None,
    topics: str | None,
    limit: int,
    record: Path,
    format_: str,
) -> None:
    """Propose a need profile: which codes of each loaded scheme a description of a technology fits.

    A row per code: scheme, code, label, score (how well its best label fits, 0 to 1), confirmed (never yet).

    Example: udsyn markets propose "electrolysers for green hydrogen" --out need.yaml --record record
    """
    spoken, named = filter(None, (words or "").split(",")), filter(None, (topics or "").split(","))
    need = needs.propose(record, text, name=name, words=tuple(spoken), topics=tuple(named), limit=limit)
    if out:
        needs.save(need, out)
        notice(f"Saved in {out}. Confirm what belongs to it: udsyn markets profile {out} --confirm cpv:CODE --by WHO")
    emit([code.model_dump() for code in need.codes], format_)


@group.command(name="profile")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--confirm", multiple=True, metavar="SCHEME:CODE", help="A code that belongs to it; may be repeated.")
@click.option("--by", metavar="WHO", help="The office or role that confirms.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day.  [default: today]")
@format_option
def profile_(file: Path, confirm: tuple[str, ...], by: str | None, day: dt.datetime | None, format_: str) -> None:
    """Show a need profile, or confirm codes of it.

    A row per code: scheme, code, label, score, confirmed. Only confirmed codes are asked for.

    Example: udsyn markets profile need.yaml --confirm cpv:42994200 --by "Trade desk"
    """
    need = needs.load(file)
    if confirm:
        if not by:
            raise UsageError("say who confirms: --by WHO.")
        need = needs.confirm(need, confirm, by, (day or dt.datetime.now()).date())
        needs.save(need, file)
    said = (
        f"confirmed by {need.confirmed_by} on {need.confirmed_on}" if need.confirmed_by else "nothing is confirmed yet"
    )
    notice(f"{need.name}: {said}.")
    emit([code.model_dump() for code in need.codes], format_, ["scheme", "code", "label", "score", "confirmed"])


@group.command(name="evaluate")
@click.option("--scheme", default="cpv", show_default=True, metavar="SCHEME", help="The scheme whose codes are judged.")
@record_option
@format_option
def evaluate_(scheme: str, record: Path, format_: str) -> None:
    """How well texts find the division of their codes, on the coded tenders of the record.

    A row per method and language: method (baseline: character TF-IDF; labels; learned: five-fold over coded
    tenders), language, texts, at1, at1_low, at1_high, at5, at5_low, at5_high (shares with 95 % bootstrap intervals).

    Example: udsyn markets evaluate --scheme cpv --record record
    """
    from udsyn.evidence.markets.bench import evaluate  # loaded where it is asked for: it learns

    emit(evaluate(record, scheme), format_)
