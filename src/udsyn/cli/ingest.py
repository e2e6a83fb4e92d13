"""`udsyn ingest`: read files into a record."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn.cli.output import emit_object, format_option, notice, record_option


@click.group("ingest")
def group() -> None:
    """Read files into a record.

    Example: udsyn ingest openalex openalex-snapshot --record record
    """


@group.command()
@click.argument("src", metavar="SRC")
@record_option
@format_option
def openalex(src: str, record: Path, format_: str) -> None:
    """Read OpenAlex files: a snapshot's root, its data folder, one entity folder, or one file.

    Example: udsyn ingest openalex works.jsonl.gz --record record --format json
    """
    from udsyn.record.ingest import ingest_openalex

    emit_object(ingest_openalex(src, record, notice), format_)
