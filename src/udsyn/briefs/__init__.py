"""TELL: briefs that a minister's office can read, as one HTML file or as a PDF."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from udsyn.briefs.document import Brief
from udsyn.errors import UsageError
from udsyn.record.engine import Place
from udsyn.record.parts import write_atomically

if TYPE_CHECKING:
    from udsyn.briefs.all_partners import partners_brief
    from udsyn.briefs.country import country_brief
    from udsyn.briefs.drawing import Drawings
    from udsyn.briefs.field import field_brief

#: what asks the record draws charts too: loaded when it is first used, as a desk's report needs neither
LATER = {"partners_brief": "all_partners", "country_brief": "country", "field_brief": "field"}

__all__ = ["Brief", "country_brief", "field_brief", "partners_brief", "save", "write"]


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module 'udsyn.briefs' has no attribute {name!r}")
    return getattr(import_module(f"udsyn.briefs.{LATER[name]}"), name)


def write(record: Place, partner: str, home: str, out: Path | str, source: str | None = None) -> Path:
    """Write the brief on home's cooperation with a partner to OUT (.html or .pdf) and return its path.

    Raises UsageError for another ending, an unknown country, or a folder without a record.
    """
    from udsyn.briefs.country import country_brief

    check_ending(Path(out))
    return save(country_brief(record, partner, home, source), out)


def save(brief: Brief, out: Path | str, drawings: Drawings | None = None) -> Path:
    """Write a brief to OUT (.html or .pdf), whole or not at all, and return its path; `drawings` are of its charts."""
    from udsyn.briefs import html, pdf

    path = Path(out)
    check_ending(path)
    on_screen = path.suffix.lower() == ".html"
    write_atomically(path, html.render(brief, drawings).encode() if on_screen else pdf.render(brief, drawings=drawings))
    return path


def check_ending(path: Path) -> None:
    if path.suffix.lower() not in (".html", ".pdf"):
        raise UsageError(f"{path}: a brief is written as .html or .pdf.")
