"""udsyn contacts: people to meet, why, and through whom."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from udsyn.cli.output import notice


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
    from udsyn.contacts import score, semantic

    chosen = semantic.is_installed() if use_semantic is None else use_semantic
    scores = score.score(archives, submissions, chosen, show_progress)
    for problem in scores.problems:
        notice(problem)
    score.write_scores(scores, out)
    notice(
        f"{len(scores.submissions):,} submissions × {len(scores.profiles):,} profiles written to {out} "
        f"({'lexical and semantic' if chosen else 'lexical'}; {len(scores.problems):,} lines skipped)."
    )
