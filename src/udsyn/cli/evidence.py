"""`udsyn evidence`: findings from cubes. One small function per question; the answers come from `udsyn.evidence`."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn.cli import asking
from udsyn.cli.asking import asks
from udsyn.cli.lazy import LazyGroup
from udsyn.cli.output import emit, format_option, notice, record_option
from udsyn.cli.values import PART, ROWS, Whole
from udsyn.evidence.audit import audit
from udsyn.evidence.differences import differences
from udsyn.evidence.diversity import diversity
from udsyn.evidence.explain import explain
from udsyn.evidence.partners import LISTED, partners_of, side_by_side
from udsyn.evidence.profile import SEED, profile
from udsyn.evidence.projects import joint_projects
from udsyn.evidence.published import page, published
from udsyn.evidence.question import LEVELS, Question
from udsyn.evidence.rates import rates
from udsyn.evidence.result import Result
from udsyn.evidence.shares import share
from udsyn.evidence.strengths import MIN_WORKS, SIDE_COLUMNS, WEIGHTS, strengths, strengths_in
from udsyn.evidence.ties import ties
from udsyn.evidence.verdicts import CONFIDENCE
from udsyn.record.parts import write_atomically

#: command → (module:attribute, one line of help): what a question on shares and ties need not load
ELSEWHERE = {
    "hotspots": ("udsyn.cli.places:hotspots_", "Where the world's work of a field is done, blind to borders."),
    "hotspot": ("udsyn.cli.places:hotspot_", "One hot-spot: its strengths, institutions, people and ties with home."),
    "emerging": ("udsyn.cli.places:emerging_", "What rises: topics whose share of the world's works grows."),
    "siting": ("udsyn.cli.places:siting_", "Where a centre should stand, and what home's centres reach."),
    "effect": ("udsyn.cli.effect:effect", "Estimate what an agreement did to joint works."),
    "agreements": ("udsyn.cli.effect:agreements", "Write the page on all agreements: a table, and a sentence each."),
    "grants": ("udsyn.cli.effect:grants", "What grants did: funded pairs against those turned down, or those alike."),
    "stays": ("udsyn.cli.instruments:stays", "What stays did to the joint works of guest and host."),
    "events": ("udsyn.cli.instruments:events", "What meetings at events did to joint works."),
    "introductions": ("udsyn.cli.instruments:introductions", "What introductions did to joint works."),
}


@click.group(cls=LazyGroup, lazy=ELSEWHERE)
def group() -> None:
    """Findings from cubes, each with its definition, counting, source, coverage and uncertainty.

    Example: udsyn evidence profile --country DK --record record
    """


#: what a table on the screen leaves out; JSON and CSV carry everything
NOT_IN_TABLES = {
    "result",
    *("observed_expected_low", "observed_expected_high", "ric_neutral", "luukkonen", "luukkonen_neutral"),
    *("inclusion", "links_fractional", "score", "tncs", "tanh", "use_p", "growing_q"),
    *(
        f"{side}_{name}"
        for side in ("home", "partner")
        for name in SIDE_COLUMNS
        if name not in ("works", "activity", "mncs", "growth")
    ),
}


def show(result: Result, format_: str) -> None:
    """Print a finding: its notes on stderr, its rows with their provenance on stdout."""
    for note in result.notes:
        notice(note)
    if format_ != "table":
        return emit(result.records(), format_)
    emit(result.rows.to_dicts(), format_, [name for name in result.rows.columns if name not in NOT_IN_TABLES])
    return notice(result.provenance.sentence())


@group.command(name="share")
@record_option
@asks(asking.country(), asking.field, asking.years, asking.source)
@format_option
def share_(record: Path, question: Question, format_: str) -> None:
    """A country's works and its share of the world's, a row per year, by full and by fractional counting.

    Example: udsyn evidence share --country DK --record record
    """
    show(share(record, question), format_)


@group.command(name="profile")
@record_option
@asks(
    *(asking.country(), asking.level(), asking.counting, asking.percent),
    *(asking.years, asking.source, asking.seed(SEED)),
)
@format_option
def profile_(record: Path, question: Question, format_: str) -> None:
    """Output, specialisation and citation impact of a country, a row per field (or other level).

    Which citations count, and what a fraction is, are settings of `udsyn cubes`.

    Example: udsyn evidence profile --country DK --level field --top 1 --years 2018-2022 --record record
    """
    show(profile(record, question), format_)


@group.command(name="strengths")
@record_option
@asks(
    asking.home(),
    asking.partner(required=True, text="The partner country, such as KR."),
    *(asking.level(LEVELS[1:]), asking.counting, asking.years, asking.source, asking.weights(WEIGHTS)),
    click.option(
        "--min-works", type=Whole(0, 10**9), default=MIN_WORKS, show_default=True, help="Fields with fewer come last."
    ),
    click.option(
        "--confidence",
        type=PART,
        default=CONFIDENCE,
        show_default=True,
        help="Of the verdicts called together, at most 1 less this are expected to be false.",
    ),
    asking.seed(SEED),
)
@format_option
def strengths_(record: Path, question: Question, format_: str) -> None:
    """Fields in which home and partner are both strong, and how well that is used; the strongest first.

    Example: udsyn evidence strengths --home DK --partner KR --weight growth=1 --record record
    """
    show(strengths(record, question), format_)


@group.command(name="partners")
@record_option
@asks(asking.home(), asking.unit("field", "17: a verdict on each partner in it", "Only this"), asking.source)
@click.option("--limit", type=ROWS, default=LISTED, show_default=True, help="How many, those with an instrument first.")
@format_option
def partners_(record: Path, question: Question, limit: int, format_: str) -> None:
    """Home's partners side by side: those with an agreement, centre or post, and the largest.

    Example: udsyn evidence partners --home DK --field 21 --record record
    """
    if question.unit is None:
        return show(side_by_side(record, question, limit=limit), format_)
    return show(strengths_in(record, partners_of(record, question.home, limit=limit), question), format_)


@group.command(name="ties")
@record_option
@asks(
    asking.home(),
    asking.partner(text="One partner; without it, every partner with joint works."),
    *(asking.year("The year. [the last complete year held]"), asking.years, asking.source),
)
@format_option
def ties_(record: Path, question: Question, format_: str) -> None:
    """Joint works with other countries, the strength of the tie, and what size alone would give.

    Example: udsyn evidence ties --home DK --partner KR --year 2020 --record record
    """
    show(ties(record, question), format_)


@group.command(name="projects")
@record_option
@asks(
    asking.home(),
    asking.partner(text="One partner; without it, every partner with joint projects."),
    asking.years,
)
@format_option
def projects_(record: Path, question: Question, format_: str) -> None:
    """Joint projects with other countries, by the year of their start, from CORDIS's register.

    Example: udsyn evidence projects --home DK --partner KR --record record
    """
    show(joint_projects(record, question), format_)


@group.command(name="rates")
@record_option
@asks(asking.country(), asking.years, asking.source)
@format_option
def rates_(record: Path, question: Question, format_: str) -> None:
    """Shares of a country's works that are international, led from there, or written with business, a row per year.

    Example: udsyn evidence rates --country DK --years 2015-2022 --record record
    """
    show(rates(record, question), format_)


@group.command(name="diversity")
@record_option
@asks(asking.country(), asking.years, asking.source, asking.seed(SEED))
@format_option
def diversity_(record: Path, question: Question, format_: str) -> None:
    """How distant the fields are that a country's works cite (Rao-Stirling, true diversity), a row per year.

    To be read with care, and not for ranking: the result says why.

    Example: udsyn evidence diversity --country DK --years 2015-2022 --record record
    """
    show(diversity(record, question), format_)


@group.command(name="differences")
@record_option
@asks(
    asking.country(),
    asking.partner("--against", text="Another country. [the same, in another period]"),
    *(asking.level(), asking.counting, asking.years, asking.years_against, asking.source),
)
@format_option
def differences_(record: Path, question: Question, format_: str) -> None:
    """Whether two countries or two periods differ in impact, tested per field and corrected for their number.

    Example: udsyn evidence differences --country DK --against SE --record record
    """
    show(differences(record, question), format_)


@group.command(name="published")
@record_option
@click.option("--home", required=True, metavar="CODE", help="The country, such as DK.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.md", help="Write a page instead of printing.")
@format_option
def published_(record: Path, home: str, out: Path | None, format_: str) -> None:
    """Published figures of a country beside the same computed from the record, each difference explained.

    Example: udsyn evidence published --home DK --out docs/denmark.md --record record
    """
    result = published(record, home)
    if out is None:
        return show(result, format_)
    write_atomically(out, page(result, home.upper()).encode())
    return notice(f"wrote {out}")


@group.command(name="audit")
@click.option("--cases", is_flag=True, help="List the cases, in the form of a file of corrections.")
@click.option("--limit", type=ROWS, default=200, show_default=True, help="How many cases at most.")
@record_option
@format_option
def audit_(cases: bool, limit: int, record: Path, format_: str) -> None:
    """How many authorships have no country, contradict their institution, or print another country.

    `--cases --format csv` writes a file that you can edit and give to `udsyn record correct`.

    Example: udsyn evidence audit --cases --format csv --record record
    """
    show(audit(record, cases, limit), format_)


@group.command(name="explain")
@click.argument("result")
@record_option
@click.option("--works", is_flag=True, help="The works behind the cells, instead of the cells.")
@click.option("--limit", type=ROWS, default=1000, show_default=True, help="How many rows at most.")
@asking.source
@format_option
def explain_(result: str, record: Path, works: bool, limit: int, source: str | None, format_: str) -> None:
    """From a number to the cells that it is summed from, and with --works to the works behind them.

    RESULT is what the column `result` of any evidence says, with @SOURCE where several are held, and with #COLUMN for
    one number of the row. A panel shows its own rows; only counted works can be followed to the works.

    Example: udsyn evidence explain "profile/DK/fractional/all/field/21#mncs" --works --record record
    """
    show(explain(record, result, works=works, limit=limit, source=source), format_)
