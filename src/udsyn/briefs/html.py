"""A brief as one HTML file: no script, no network, light and dark, phone and paper, with a table behind each chart."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from udsyn.briefs import theme
from udsyn.briefs.definitions import title_of
from udsyn.briefs.document import Brief, origin_line, source_rows, written
from udsyn.briefs.drawing import SVG, Drawings
from udsyn.briefs.theme import Drawing, themed

DATES = re.compile(r"\b\d{4}-\d{2}(?:-\d{2}|\d{2})?\b")


def svg(draw: Callable[[int], Drawing], width: int) -> str:
    """A chart as SVG text in the theme's own colours."""
    drawn: str = SVG.draw(themed(draw, width))
    return drawn


def live(drawn: str, name: str) -> Markup:
    """An SVG for the page: colours become its variables, width follows the column, ids are its own (`name`)."""
    for colour, (variable, _dark) in theme.VARIABLES.items():
        drawn = re.sub(re.escape(colour), f"var({variable})", drawn, flags=re.IGNORECASE)
    drawn = drawn.replace("Liberation Sans", "Arial, 'Liberation Sans', Helvetica, sans-serif")
    for number, old in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', drawn))):
        drawn = drawn.replace(f'id="{old}"', f'id="{name}-{number}"').replace(f"#{old})", f"#{name}-{number})")
    width = re.search(r'<svg[^>]*? width="([\d.]+)"', drawn)
    limit = f"max-width:{float(width.group(1)):.0f}px" if width else ""
    drawn = re.sub(r'(<svg[^>]*?) width="[\d.]+" height="[\d.]+"', rf'\1 style="width:100%;{limit}"', drawn, count=1)
    return Markup(drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704 our own drawing


def coded(words: str) -> Markup:
    """Words for the page, with what stands between backticks as code."""
    parts = [escape(part) for part in words.split("`")]
    if len(parts) % 2 == 0:  # a backtick without its other one is a letter
        return escape(words)
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(part) if place % 2 else part for place, part in enumerate(parts))


def unbroken(words: str) -> Markup:
    """Words for the page, in which no day and no period is broken at its hyphen."""
    return Markup(DATES.sub(r'<span class="d">\g<0></span>', str(escape(words))))  # noqa: S704 escaped before


def environment(drawings: Drawings) -> Environment:
    """The templates, with every value escaped unless it is our own SVG."""
    made = Environment(
        loader=PackageLoader("udsyn.briefs"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    count = itertools.count(1)
    made.filters["written"] = written
    made.filters["coded"] = coded
    made.filters["unbroken"] = unbroken
    made.globals.update(
        origin_line=origin_line,
        title_of=title_of,
        drawn=lambda chart: [live(one, f"chart{next(count)}") for one in drawings.of(chart)],
    )
    made.tests["web"] = lambda url: str(url or "").startswith(("https://", "http://"))  # no other kind of link leads on
    made.tests["kind"] = lambda block, name: type(block).__name__ == name
    return made


def render(brief: Brief, drawings: Drawings | None = None) -> str:
    """The whole page as text; its charts are drawn here, or are those given."""
    drawings = drawings or Drawings(SVG)
    for section in brief.sections:
        drawings.begin(section)
    colours: dict[str, Any] = {
        "light": {variable: colour for colour, (variable, _) in theme.VARIABLES.items()},
        "dark": dict(theme.VARIABLES.values()),
    }
    numbers = brief.numbers()
    page = environment(drawings).get_template("brief.html.jinja")
    font = Markup(theme.FONT)  # noqa: S704 our own constant
    return page.render(brief=brief, colours=colours, font=font, numbers=numbers, sources=source_rows(brief))
