"""`udsyn technology users`, `firms`, `hotspots`, `organisations`, ...: findings from patent families."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from udsyn.cli import asking
from udsyn.cli.asking import asks, gathers
from udsyn.cli.output import emit, format_option, record_option
from udsyn.cli.places import show
from udsyn.cli.values import Whole, parse_years
from udsyn.errors import UsageError
from udsyn.evidence.question import Question
from udsyn.record import ids
from udsyn.record.runs import ENGINES

if TYPE_CHECKING:
    from udsyn.evidence.technology.users import Parts

country_option = click.option("--country", metavar="CODE", help="Only applicants of this country, such as KR.")
held_option = click.option(
    "--source", "held", metavar="NAME", help="The source of families.  [default: the largest held]"
)
level_option = click.option(
    "--level",
    type=click.Choice(["section", "class", "subclass", "field"]),
    default="subclass",
    show_default=True,
    help="Of CPC; field: of a loaded concordance.",
)
by_option = click.option(
    "--by",
    type=click.Choice(["applicant", "inventor"]),
    default="applicant",
    show_default=True,
    help="Whose country counts.",
)
years_option = click.option("--years", callback=parse_years, metavar="A-B", help="Years of filing.")
overrides_option = click.option(
    "--overrides",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A CSV name, entity: which names are one, decided by people.",
)
engine_option = click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="duckdb",
    show_default=True,
    help="What counts the families: this machine, or Spark where it is installed.",
)
limit_option = click.option("--limit", type=Whole(1, 10_000), default=20, show_default=True, help="So many rows.")
sure_options = (
    click.option(
        "--confidence",
        "least",
        type=Whole(0, 10),
        default=4,
        show_default=True,
        help="Least confidence of a link to a paper.",
    ),
    click.option("--examiner", is_flag=True, help="Count citations of examiners, too: they are no use."),
)


def sure(command: Callable[..., None]) -> Callable[..., None]:
    """The options of what counts as a citation."""
    for option in reversed(sure_options):
        command = option(command)
    return command


users_options = (
    country_option,
    click.option("--institution", metavar="ID", help="Only our works of this institution, such as I27837315."),
    click.option(
        "--word",
        "words",
        multiple=True,
        metavar="START",
        help="Only our works with a word that begins so; may stand often.",
    ),
    *sure_options,
    click.option("--place", type=click.Choice(["front", "text"]), help="Only citations there.  [default: both]"),
    overrides_option,
    held_option,
    engine_option,
    limit_option,
)
USERS = ("country", "institution", "words", "least", "examiner", "place", "overrides", "held", "engine", "limit")


def users_parts(said: dict[str, Any]) -> Parts:
    """What these options say, as `udsyn.technology_users` takes it."""
    from udsyn.evidence.technology.names import read_overrides

    institution = said.pop("institution")
    return {
        "institution": ids.number(institution, "institution") if institution else None,
        "confidence": said.pop("least"),
        "overrides": read_overrides(said.pop("overrides")),
        "source": said.pop("held"),
        **said,  # type: ignore[typeddict-item]
    }


@click.command()
@asks(asking.home(), asking.field, asking.subfield, asking.topic)
@gathers("parts", USERS, users_parts, *users_options)
@record_option
@format_option
def users(question: Question, parts: Parts, record: Path, format_: str) -> None:
    """Who builds on our science: firms whose families cite our works, with the patents and the works.

    With --word, our works are those whose title, or whose topic's name, has such a word.

    Example: udsyn technology users --home DK --country KR --word electroly --record rec
    """
    from udsyn.evidence.technology import users as asked

    parts["unit"] = question.unit
    show(asked.users(record, question.country, **parts), format_)


@click.command()
@click.option(
    "--class", "classes", multiple=True, required=True, metavar="SYMBOL", help="Of CPC, such as C25B or H01M8."
)
@country_option
@overrides_option
@held_option
@limit_option
@record_option
@format_option
def firms(
    classes: tuple[str, ...],
    country: str | None,
    overrides: Path | None,
    held: str | None,
    limit: int,
    record: Path,
    format_: str,
) -> None:
    """The firms with most families in classes of technology.

    Example: udsyn technology firms --class C25B --country KR --record rec
    """
    from udsyn.evidence.technology import firms as question
    from udsyn.evidence.technology.names import read_overrides

    decided = read_overrides(overrides)
    show(question.firms(record, classes, country=country, overrides=decided, source=held, limit=limit), format_)


@click.command(name="hotspots")
@click.option(
    "--class", "classes", multiple=True, metavar="SYMBOL", help="Of CPC, such as C25B or H01M8.  [default: all]"
)
@years_option
@held_option
@record_option
@format_option
def hotspots_(
    classes: tuple[str, ...], years: tuple[int, int] | None, held: str | None, record: Path, format_: str
) -> None:
    """Where in the world inventions are made: places of inventors, clustered by density.

    Example: udsyn technology hotspots --class C25B --record rec
    """
    from udsyn.evidence.technology import hotspots as question

    show(question.inventor_hotspots(record, classes, years=years, source=held), format_)


@click.command(name="organisations")
@country_option
@click.option(
    "--overrides",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A CSV name, scheme, id: decided by people.",
)
@held_option
@limit_option
@record_option
@format_option
def organisations_(
    country: str | None, overrides: Path | None, held: str | None, limit: int, record: Path, format_: str
) -> None:
    """Applicants as organisations of the registers that are loaded, each link with its evidence; and whose they are.

    Example: udsyn technology organisations --country KR --record rec
    """
    from udsyn.evidence.technology.names import registers as question

    found = question.organisations(record, country=country, overrides=overrides, source=held, limit=limit)
    show(found, format_)


@click.command(name="profile")
@click.option("--country", required=True, metavar="CODE", help="The country, such as DK.")
@level_option
@by_option
@years_option
@held_option
@engine_option
@record_option
@format_option
def profile_(
    country: str,
    level: str,
    by: str,
    years: tuple[int, int] | None,
    held: str | None,
    engine: str,
    record: Path,
    format_: str,
) -> None:
    """A country's technology by class of CPC: families, share, activity index with its interval, growth.

    Example: udsyn technology profile --country DK --level subclass --record rec
    """
    from udsyn.evidence.technology import strengths as question

    show(question.profile(record, country, level=level, by=by, years=years, source=held, engine=engine), format_)


@click.command(name="strengths")
@click.option("--home", required=True, metavar="CODE", help="Whose technology, such as DK.")
@click.option("--partner", required=True, metavar="CODE", help="The partner country, such as KR.")
@click.option(
    "--file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A panel as of `specialisation`, instead of a record.",
)
@level_option
@by_option
@years_option
@held_option
@click.option("--record", metavar="DIR", envvar="UDSYN_RECORD", help="The record's folder (or UDSYN_RECORD).")
@format_option
def strengths_(
    home: str,
    partner: str,
    file: Path | None,
    level: str,
    by: str,
    years: tuple[int, int] | None,
    held: str | None,
    record: str | None,
    format_: str,
) -> None:
    """Where both countries are strong in technology, with intervals; nothing rests on few families.

    Example: udsyn technology strengths --home DK --partner KR --file families.csv.gz --years 2014-2020
    """
    from udsyn.evidence.technology import strengths as question

    if file is not None:
        show(question.strengths_of_panel(file, home, partner, years=years), format_)
    elif record is None:
        raise UsageError("give --record DIR (or UDSYN_RECORD), or a panel as --file.")
    else:
        show(question.strengths(record, home, partner, level=level, by=by, years=years, source=held), format_)


@click.command(name="crossed")
@click.option("--home", required=True, metavar="CODE", help="One country, such as DK.")
@click.option("--partner", required=True, metavar="CODE", help="The other, such as KR.")
@asking.level(("domain", "field", "subfield", "topic"), "subfield")
@sure
@held_option
@record_option
@format_option
def crossed_(
    home: str, partner: str, level: str, least: int, examiner: bool, held: str | None, record: Path, format_: str
) -> None:
    """Science × technology of a pair: in which fields one's science is strong and the other's industry builds on it.

    Example: udsyn technology crossed --home DK --partner KR --record rec
    """
    from udsyn.evidence.technology import crossed as question

    found = question.crossed(record, home, partner, level=level, confidence=least, examiner=examiner, source=held)
    show(found, format_)


@click.command(name="classes")
@click.option("--topic", metavar="ID", help="A topic of OpenAlex, such as T10030.")
@click.option("--text", "phrases", multiple=True, metavar="PHRASE", help="By text instead: a phrase; may stand often.")
@level_option
@sure
@held_option
@click.option("--limit", type=Whole(1, 10_000), default=10, show_default=True, help="So many rows.")
@record_option
@format_option
def classes_(
    topic: str | None,
    phrases: tuple[str, ...],
    level: str,
    least: int,
    examiner: bool,
    held: str | None,
    limit: int,
    record: Path,
    format_: str,
) -> None:
    """The classes of CPC that a topic's science is used in, learned from citations; or the nearest ones to a phrase.

    Example: udsyn technology classes --topic T10030 --record rec
    """
    from udsyn.evidence.technology import classes as question

    if (topic is None) == (not phrases):
        raise UsageError("give --topic ID or --text PHRASE.")
    if topic is None:
        emit(question.classify(record, phrases, level=level, limit=limit).to_dicts(), format_)
        return
    number = ids.number(topic, "topic")
    found = question.classes(record, number, level=level, confidence=least, examiner=examiner, source=held, limit=limit)
    show(found, format_)
