"""`udsyn brief`: a country brief as a page or on paper."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn import briefs, facts
from udsyn.cli.output import notice, record_option


@click.command()
@click.argument("partner")
@click.option("--home", default=facts.home, show_default="DK, or UDSYN_HOME", help="The home country (ISO-2).")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="FILE.html or FILE.pdf.")
@record_option
def brief(partner: str, home: str, out: Path, record: Path) -> None:
    """Write a brief on the cooperation with PARTNER (ISO-2 code or name).

    \b
    Example: udsyn brief KR --home DK --out brief.html
    """
    notice(f"reading {record}")
    click.echo(briefs.write(record, partner, home, out))
