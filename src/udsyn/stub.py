"""The stub that type checkers read in place of the lazy `udsyn`: every verb with its own types.

python -m udsyn.stub > src/udsyn/__init__.pyi
"""

from __future__ import annotations

import udsyn


def text() -> str:
    """The stub, from the names in `udsyn.VERBS` and `udsyn.TYPES`."""
    names = {**udsyn.VERBS, **udsyn.TYPES}
    lines = ["# Written by `python -m udsyn.stub`."]
    for name, place in sorted(names.items(), key=lambda item: (item[1], item[0])):
        module, attribute = place.split(":")
        lines.append(f"from {module} import {attribute} as {name}")
    errors = ("UdsynError", "UsageError")
    lines += [f"from udsyn.errors import {name} as {name}" for name in errors]
    lines += ["", "VERBS: dict[str, str]", "TYPES: dict[str, str]", "__version__: str", ""]
    shown = sorted((*names, *errors, "TYPES", "VERBS", "__version__"))
    lines += ["__all__ = [", *(f'    "{name}",' for name in shown), "]"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(text(), end="")
