"""`udsyn brief`: a brief on one partner, on one field, or on all partners, as a page or on paper."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn import briefs, facts
from udsyn.briefs import drawing
from udsyn.cli.output import notice, record_option
from udsyn.cli.values import unit_option
from udsyn.errors import UsageError


@click.command()
@click.argument("partner", required=False)
@unit_option("field", "Instead of PARTNER: one field, such as 21, with all partners in it.")
@click.option("--all-partners", is_flag=True, help="Instead of PARTNER: all partners side by side.")
@click.option("--home", default=facts.home, show_default="DK, or UDSYN_HOME", help="The home country (ISO-2).")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="FILE.html or FILE.pdf.")
@click.option("--source", metavar="NAME", help="Which source to take, where the record holds several.")
@record_option
def brief(
    partner: str | None,
    field: str | None,
    all_partners: bool,
    home: str,
    out: Path,
    source: str | None,
    record: Path,
) -> None:
    """Write a brief on the cooperation with PARTNER (ISO-2 code or name), on a field, or on all partners.

    \b
    Example: udsyn brief KR --home DK --out brief.html
    """
    if (partner is not None) + (field is not None) + all_partners != 1:
        raise UsageError("name one of: a partner (udsyn brief KR), --field ID, or --all-partners.")
    briefs.check_ending(out)
    notice(f"reading {record}")
    with drawing.beside(drawing.FORMS[out.suffix.lower()]) as drawings:
        if partner is not None:
            made = briefs.country_brief(record, partner, home, source, drawings.begin)
        elif field is not None:
            made = briefs.field_brief(record, field, home, source)
        else:
            made = briefs.partners_brief(record, home, source)
        click.echo(briefs.save(made, out, drawings))
