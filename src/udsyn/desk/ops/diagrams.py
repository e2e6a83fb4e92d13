"""The lifecycles as a page of the documentation: `python -m udsyn.desk.ops.diagrams docs/desk-lifecycles.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from udsyn.desk.kernel.lifecycle import Lifecycle

HEAD = """# Lifecycles

Each life is one table in the code; buttons, API actions, database constraints and this page come from it. Written by
`python -m udsyn.desk.ops.diagrams`.
"""


def section(lifecycle: Lifecycle) -> Iterator[str]:
    """Diagram, states and transitions of one lifecycle."""
    yield f"\n## {lifecycle.name.capitalize()}\n\n```mermaid\n{lifecycle.mermaid()}\n```\n"
    yield "\n| state | staff read | others read |\n|---|---|---|\n"
    for state in lifecycle.states:
        yield f"| `{state.code}` | {state.label} | {state.public or state.label} |\n"
    yield "\n| transition | from | to | needs |\n|---|---|---|---|\n"
    for row in lifecycle.table():
        yield "| " + " | ".join(row) + " |\n"


def page() -> str:
    from django.utils import translation

    from udsyn.desk.kernel.resources import RESOURCES

    with translation.override("en"):
        lives = [r.model.lifecycle for r in RESOURCES.values() if r.model.lifecycle]
        return HEAD + "".join(text for life in lives for text in section(life))


if __name__ == "__main__":
    import tempfile

    from udsyn.desk.ops import office

    office.start(tempfile.mkdtemp())
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
