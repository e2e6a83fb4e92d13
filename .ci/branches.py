"""Says how many branches tests took of what may not be wrong, and where most are missing; fails below 90 %.

`python .ci/branches.py FILE`, a file that SlipCover wrote as JSON. Who may do what, in which order, and what rules of
money and time say: each part is held to by itself, and a branch counts alone, for lines are easily reached. What tests
do in servers, commands and browsers that they start is not counted, nor are migrations and pages, which run in such.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from typing import Any

LEAST = 0.9
#: what is held to, and the files that it stands in
PARTS = {
    "kernel": r"desk/kernel/(?!migrations/)",
    "the rooms' commands": r"desk/rooms/\w+/(commands|workflow|states|rules)\.py",
    "packs": r"packs/",
    "allocation": r"allocation/",
}
NAMED = 3  #: modules that a part's line names


def taken(files: Mapping[str, Any], where: str) -> tuple[int, int, list[tuple[int, str]]]:
    """Branches taken and all branches of the files whose path begins so, and the modules by how many they miss."""
    found = {path: told for path, told in files.items() if re.search(rf"src/udsyn/{where}", path)}
    missing = {path: len(told["missing_branches"]) for path, told in found.items()}
    reached = sum(len(told["executed_branches"]) for told in found.values())
    return (
        reached,
        reached + sum(missing.values()),
        sorted(((n, path) for path, n in missing.items() if n), reverse=True),
    )


def main(path: str) -> int:
    with open(path, encoding="utf-8") as file:
        files = json.load(file)["files"]
    poor = []
    for part, where in PARTS.items():
        reached, all_, missing = taken(files, where)
        named = ", ".join(f"{path.removeprefix('src/udsyn/')} {n}" for n, path in missing[:NAMED]) or "none"
        part_of = f"{reached} of {all_} branches" + (f" ({reached / all_:.1%})" if all_ else "")
        print(f"{part:20} {part_of}; missing: {named}")
        if not all_ or reached < LEAST * all_:
            poor.append(part)
    if poor:
        few = f"fewer than {LEAST:.0%} of the branches were taken by tests, or none was counted"
        print(f"{few}: {', '.join(poor)}", file=sys.stderr)
    return bool(poor)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
