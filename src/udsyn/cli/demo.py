"""`udsyn demo`: from nothing to a brief in one command."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn.cli.output import notice
from udsyn.cli.values import SEEDS, Whole


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default="demo", show_default=True, help="The folder to write to."
)
@click.option(
    "--data", type=click.Path(path_type=Path), help="A folder of real files (panels/, works/) instead of the world."
)
@click.option("--works", type=Whole(2_000, 2_000_000), default=40_000, show_default=True, help="World's size.")
@click.option("--seed", type=SEEDS, default=7, show_default=True, help="The seed of the generated world.")
@click.option("--desk/--no-desk", default=True, show_default=True, help="Also fill a desk.")
def demo(out: Path, data: Path | None, works: int, seed: int, desk: bool) -> None:
    """Build the generated world (or read real files), its record, cubes and desk, and write a brief. Prints where.

    Example: udsyn demo --out demo
    """
    from udsyn import briefs, facts
    from udsyn import demo as line

    record = line.make_record(out, data, notice, works=works, seed=seed)
    notice("writing the brief")
    home = facts.home()
    partner = line.partner_of(home)
    brief = briefs.write(record, partner, home, out / f"brief-{partner}.html")
    if desk:
        line.make_desk(out, record, notice)
    click.echo(brief)
