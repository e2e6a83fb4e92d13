"""udsyn contacts: people to meet, why, and through whom."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from udsyn.cli.asking import gathers
from udsyn.cli.output import emit, emit_object, format_option, notice, record_option
from udsyn.cli.values import ROWS, YEAR, held_member, weight
from udsyn.errors import UsageError


@click.group()
def contacts() -> None:
    """People to meet, why, and through whom.

    Example: udsyn contacts find "low-temperature electrolysis" --country KR --home DK
    """


def show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done:,} of {total:,} texts read", nl=done == total, err=True)


@contacts.command("score")
@click.option(
    "--archives", type=click.Path(path_type=Path), required=True, metavar="DIR", help="One ~ID.jsonl a person."
)
@click.option("--submissions", type=click.Path(path_type=Path), required=True, metavar="FILE", help="submissions.json")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE.csv", help="Where to write.")
@click.option(
    "--semantic/--lexical",
    "use_semantic",
    default=None,
    help="Add the transformer of udsyn[semantic], or leave it out. Default: used where installed.",
)
def score_command(archives: Path, submissions: Path, out: Path, use_semantic: bool | None) -> None:
    """Score people's papers against submissions (OpenReview convention): lines submission,profile,score.

    Example: udsyn contacts score --archives archives --submissions submissions.json --out scores.csv
    """
    from udsyn.contacts import semantic
    from udsyn.contacts.score import score_submissions, write_scores

    chosen = semantic.is_installed() if use_semantic is None else use_semantic
    scores = score_submissions(archives, submissions, chosen, show_progress)
    for problem in scores.problems:
        notice(problem)
    write_scores(scores, out)
    notice(
        f"{len(scores.submissions):,} submissions × {len(scores.profiles):,} profiles written to {out} "
        f"({'lexical and semantic' if chosen else 'lexical'}; {len(scores.problems):,} lines skipped)."
    )


PEOPLE = ("rank", "id", "name", "institution", "country", "score", "works", "last_year", "reasons")
GROUPS = ("rank", "id", "name", "type", "city", "country", "topic", "score", "people", "works", "last_year", "reasons")
EXPOSURE = ("group", "shown", "matching", "ratio")
STEPS = ("step", "id", "name", "institution", "joint_works", "last_year")
INTRODUCTIONS = ("rank", *STEPS, "remembers", "worth")
#: what `find_contacts` takes by name
SEARCH = (
    *("list_", "new_only", "warm", "field", "institution_type", "active_since", "career", "weights", "limit"),
    "use_semantic",
)
COLUMNS = {"people": PEOPLE, "groups": GROUPS, "companies": GROUPS, "exposure": EXPOSURE}


def read_weights(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, float]:
    """NAME=VALUE pairs."""
    weights = {}
    for value in values:
        name, _sign, number = value.partition("=")
        weights[name] = weight(f"--weight {name}=", number)
    return weights


def held_field(context: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    """A field that the record holds, as OpenAlex's number."""
    found = held_member("field")(context, parameter, value)
    if found is None or found.isdecimal():
        return None if found is None else int(found)
    raise UsageError(f"--field {value}: give OpenAlex's number of a field, such as 21.")


def read_career(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    first, dash, last = value.partition("-")
    if not (dash and first.isdigit() and last.isdigit() and int(first) <= int(last)):
        raise UsageError(f"--career {value}: write years since the first work as 0-10.")
    return int(first), int(last)


@contacts.command("find")
@click.argument("text")
@click.option("--country", multiple=True, metavar="CC", help="Where they are; may be given several times.")
@click.option("--home", metavar="CC", help="The home country: its people are left out, ways to it are shown.")
@gathers(
    *("search", SEARCH, dict),
    click.option("--new-only", is_flag=True, help="Leave out people who have already published with home."),
    click.option("--warm", is_flag=True, help="Show the way from somebody at home."),
    click.option("--limit", type=ROWS, default=20, show_default=True, help="How many rows."),
    click.option(
        "--list", "list_", type=click.Choice(tuple(COLUMNS)), default="people", show_default=True, help="Of what."
    ),
    click.option("--field", callback=held_field, metavar="ID|NAME", help="Only people of a field, such as 21."),
    click.option(
        "--institution-type", metavar="TYPE", help="education, company, facility, healthcare, government, ..."
    ),
    click.option("--active-since", type=YEAR, metavar="YEAR", help="Only people with a work in or after a year."),
    click.option("--career", callback=read_career, metavar="A-B", help="Years since the first work held, as 0-10."),
    click.option(
        "--semantic", "use_semantic", is_flag=True, help="Re-rank the first by meaning (needs udsyn[semantic])."
    ),
    click.option(
        "--weight", "weights", multiple=True, callback=read_weights, metavar="NAME=VALUE", help="fit=0.6, ..."
    ),
)
@record_option
@format_option
def find_command(
    text: str, country: tuple[str, ...], home: str | None, search: dict[str, Any], record: Path, format_: str
) -> None:
    """Find people (or groups, companies) who fit TEXT: words, a file, a DOI, a topic T…, or "someone for A…".

    Example: udsyn contacts find "low-temperature electrolysis" --country KR --home DK --new-only --record record
    """
    from udsyn.contacts import find_contacts

    if (search["new_only"] or search["warm"]) and not home:
        from udsyn import facts

        home = facts.home()
    rows = find_contacts(record, text, country, home, say=notice, **search)
    if home:
        from udsyn.evidence.projects import in_words
        from udsyn.facts.countries import code_of

        for said in (in_words(record, code_of(home), code_of(partner)) for partner in country):
            if said:
                notice(said)
    emit(rows, format_, COLUMNS[search["list_"]])


@contacts.command("path")
@click.argument("author")
@click.argument("other")
@click.option("--strongest", is_flag=True, help="The strongest chain instead of the shortest.")
@record_option
@format_option
def path_command(author: str, other: str, strongest: bool, record: Path, format_: str) -> None:
    """The chain of joint works between two authors, at most three steps.

    Example: udsyn contacts path A5012345678 A5087654321 --record record
    """
    from udsyn.contacts import path_between

    rows = path_between(record, author, other, strongest)
    if not rows:
        notice("No chain of three steps or fewer joins them in the works held.")
    emit(rows, format_, STEPS)


@contacts.command("introduce")
@click.option("--to", "author", required=True, metavar="A…", help="Whom to meet.")
@click.option("--home", metavar="CC", help="Where the introduction should start; the shipped home without it.")
@click.option("--limit", type=ROWS, default=5, show_default=True, help="How many chains.")
@record_option
@format_option
def introduce_command(author: str, home: str | None, limit: int, record: Path, format_: str) -> None:
    """Who at home can introduce us to an author, through whom, and whether they will remember.

    Example: udsyn contacts introduce --to A5012345678 --home DK --record record
    """
    from udsyn import facts
    from udsyn.contacts import introduce

    rows = introduce(record, author, home or facts.home(), limit)
    emit(rows, format_, INTRODUCTIONS)


@contacts.command("about")
@click.argument("author")
@record_option
@format_option
def about_command(author: str, record: Path, format_: str) -> None:
    """What is held about a person, why, and how to object.

    Example: udsyn contacts about A5012345678 --record record
    """
    from udsyn.contacts import about

    emit_object(about(record, author), format_)


@contacts.command("optout")
@click.argument("author")
@record_option
def optout_command(author: str, record: Path) -> None:
    """Take a person out of every answer, also after a re-load.

    Example: udsyn contacts optout A5012345678 --record record
    """
    from udsyn.record import care, ids
    from udsyn.record.engine import Record

    id_ = ids.number(author, "author")
    care.opt_out(Record.open(record), id_)
    notice(f"A{id_} is out of every answer from now on.")
