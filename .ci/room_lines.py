"""Prints docs/dev/lines.md: how many lines of Python each part of the desk has, before it stood in rooms and today.

`python .ci/room_lines.py > docs/dev/lines.md`. Migrations, templates and tests are not counted.
"""

from __future__ import annotations

import subprocess
from collections import Counter

FLAT = "d72f5e8~1"  #: the last commit before the desk was moved into layers
DESK = "src/udsyn/desk/"
HEAD = """# Lines of each part of the desk

Lines of Python, without migrations and tests, written by `python .ci/room_lines.py > docs/dev/lines.md`: before the
desk was moved into layers and rooms, and today. What a room needs of the kernel, the tools and the web layer it does
not write again: a new room is its tables, rules, verbs and pages.

| part | before | today |
|---|---:|---:|"""


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


def lines(commit: str) -> Counter[str]:
    """Part → lines: a room by its name, a layer by its own, what lay flat as `the rest`."""
    found: Counter[str] = Counter()
    for line in git("grep", "-c", "", commit, "--", f"{DESK}*.py").splitlines():
        path, number = line.removeprefix(f"{commit}:{DESK}").rsplit(":", 1)
        parts = path.split("/")
        if "migrations" not in parts:
            inside = parts[1:] if parts[0] == "rooms" else parts
            found[inside[0] if len(inside) > 1 else "the rest"] += int(number)
    return found


def main() -> None:
    before, today = lines(FLAT), lines("HEAD")
    print(HEAD)
    for part in sorted(before | today, key=lambda part: (part == "the rest", part)):
        print("|", " | ".join([part, *(f"{n[part]:,}" if n[part] else "–" for n in (before, today))]), "|")
    print(f"| **all** | {before.total():,} | {today.total():,} |")


if __name__ == "__main__":
    main()
