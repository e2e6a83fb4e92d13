"""TELL: briefs that a minister's office can read, as one HTML file or as a PDF."""

from __future__ import annotations

from pathlib import Path

from udsyn.briefs import html, pdf
from udsyn.briefs.country import country_brief
from udsyn.briefs.document import Brief
from udsyn.errors import UsageError
from udsyn.record.parts import write_atomically

__all__ = ["Brief", "country_brief", "write"]


def write(record: Path | str, partner: str, home: str, out: Path | str) -> Path:
    """Write the brief on home's cooperation with a partner to OUT (.html or .pdf) and return its path.

    The file is put in place whole or not at all. Raises UsageError for another ending, an unknown country, or a folder
    without a record.
    """
    path = Path(out)
    ending = path.suffix.lower()
    if ending not in (".html", ".pdf"):
        raise UsageError(f"{out}: a brief is written as .html or .pdf.")
    made = country_brief(record, partner, home)
    content = html.render(made).encode() if ending == ".html" else pdf.render(made)
    write_atomically(path, content)
    return path
