"""`udsyn allocation`: reviewers to applications, applicants to places, groups to stops, each with its proof; and what a
panel's grades and a drawn lot come to."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from udsyn.allocation import answers, joint, quotas, reviewers
from udsyn.cli.output import emit, emit_object, format_option, object_option
from udsyn.cli.values import PART, SEEDS, Real, Whole
from udsyn.errors import UsageError

#: assignments that are drawn at most in one call
MOST_DRAWS = 100_000

case_argument = click.argument("case", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@click.group()
def group() -> None:
    """Who gets what, with proof: reviewers to applications, applicants to places, groups to stops.

    Example: udsyn allocation places case.json
    """


@group.command(name="reviewers")
@case_argument
@click.option("--cap", type=PART, metavar="Q", help="No pair is more likely than Q (above 0, at most 1).")
@click.option(
    "--objective",
    type=click.Choice((reviewers.TOTAL, reviewers.FAIR)),
    default=reviewers.TOTAL,
    show_default=True,
    help="The largest total, or the best for the worst-off paper first.",
)
@click.option("--draws", type=Whole(0, MOST_DRAWS), default=0, metavar="N", help="Draw so many assignments.")
@click.option(
    "--seed", type=SEEDS, default=0, show_default=True, help="Seed of the draws; the same seed, the same draws."
)
@object_option
def reviewers_(case: Path, cap: float | None, objective: str, draws: int, seed: int, format_: str) -> None:
    """Assign reviewers to papers: the best total, proven, or a lottery in which no pair is certain.

    Prints one object: status (optimal or infeasible), total, worst (the smallest sum of a paper), bound, seconds,
    assignment (paper, reviewer, probability), with --draws also draws; infeasible adds needs (who, load, why).

    Example: udsyn allocation reviewers case.json --cap 0.5 --draws 10 --seed 1
    """
    emit_object(answers.assign_reviewers(case, cap=cap, objective=objective, draws=draws, seed=seed), format_)


@group.command(name="places")
@case_argument
@click.option("--all", "every", is_flag=True, help="List every stable matching.")
@click.option(
    "--plan",
    "aim",
    type=click.Choice(quotas.AIMS),
    help="Also the best matching that keeps minima, caps and couples: most people, first wishes first, or both sides.",
)
@object_option
def places_(case: Path, every: bool, aim: quotas.Aim | None, format_: str) -> None:
    """Match applicants and hosts so that no two would both rather break away.

    Prints one object: applicant_optimal and host_optimal (every applicant: host or null), unplaced, reasons (why each
    unplaced one is), below_minimum (hosts that get too few, in this and so in every stable matching), with --all also
    matchings, with --plan also plan: status (optimal or infeasible), matching, unplaced, changes against the
    applicants' best (applicant, from, to, why), envy (pairs that would rather break away); infeasible has clash, the
    fewest demands that cannot hold together.

    Example: udsyn allocation places case.json --plan wishes
    """
    emit_object(answers.match_places(case, every=every, plan=aim), format_)


@group.command(name="tours")
@case_argument
@click.option(
    "--time-limit",
    type=Real(0.1, 86_400),
    default=60.0,
    show_default=True,
    metavar="S",
    help="Seconds on the clock.",
)
@object_option
def tours_(case: Path, time_limit: float, format_: str) -> None:
    """Plan which group visits which stop when: the most valuable plan that serves every must-see, proven.

    Prints one object: status (optimal, feasible, infeasible, unknown), value, bound, seconds, tours (stops in order, a
    list for each group); infeasible adds clash, the fewest must-sees that cannot all be served.

    Example: udsyn allocation tours delegation.json --time-limit 30
    """
    emit_object(answers.plan_tours(case, time_limit=time_limit), format_)


@group.command(name="ranks")
@case_argument
@click.option("--share", type=PART, default=0.5, show_default=True, help="How often a rank lies in its interval.")
@format_option
def ranks_(case: Path, share: float, format_: str) -> None:
    """Rank what a panel has graded by expected rank, with intervals.

    The case holds proposals, assessors and grades (a row per proposal, null where there is none; the highest is best).
    Prints rows, best first: id, mean, rank (expected; 1 is best), low, high (the rank lies between them so often).

    Example: udsyn allocation ranks panel.json
    """
    if share >= 1:
        raise UsageError("--share: no interval holds a rank always; give less than 1, such as 0.5.")
    emit(answers.rank_grades(case, share=share), format_)


@group.command(name="merge")
@case_argument
@click.option(
    "--rule",
    type=click.Choice(get_args(joint.Merge)),
    required=True,
    help="The mean, the worse or the better of both places, either side's lead, or only those among the best of both.",
)
@click.option("--top", type=Whole(1, 1_000_000), metavar="N", help="With both_top: how many places count as the best.")
@format_option
def merge_(case: Path, rule: joint.Merge, top: int | None, format_: str) -> None:
    """Make two agencies' rankings of a joint call one.

    The case holds `ours` and `theirs`: proposal and place, 1 the best; equal places are tied. Prints rows, best first:
    place (tied ones share it), id, ours, theirs. Whom only one side ranks has no place and stands last.

    Example: udsyn allocation merge rankings.json --rule both_top --top 4
    """
    emit(answers.merge_rankings(case, rule=rule, top=top), format_)


@group.command(name="lots")
@click.argument("log", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--commitment", metavar="HASH", help="What was published before; else what the log says.")
@object_option
def lots_(log: Path, commitment: str | None, format_: str) -> None:
    """Draw published lots again, as any stranger can.

    LOG is what was published: commitment, list, list_hash, seed, order. Prints one object: holds (yes or no), and
    faults (what is wrong with it).

    Example: udsyn allocation lots lots.json --commitment 9f86d0...
    """
    emit_object(answers.check_lots(log, commitment=commitment), format_)
