"""`udsyn evidence`: findings. One small function per question; the answers come from `udsyn.evidence`."""

from __future__ import annotations

import click

from udsyn.cli import places


@click.group()
def group() -> None:
    """Findings, each with its definition, counting, source, coverage and uncertainty.

    Example: udsyn evidence hotspots --home DK --record record
    """


for command in places.COMMANDS:
    group.add_command(command)
