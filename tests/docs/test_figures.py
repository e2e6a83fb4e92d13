"""Measured figures in the manual can be had again: each section that holds one names the command that prints it, and
the command exists. Pages that a command writes whole say so in their first lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted({ROOT / "README.md", *(ROOT / "docs").rglob("*.md")} - {ROOT / "docs" / "cli.md"})

#: a cell that is nothing but a figure with a fraction, a unit or an interval
CELL = re.compile(r"[+−-]?[\d,]*\.?\d+ ?(?:%|s|ms|GB|MB|kB|CPU s)?(?: ?[\[(][^\])]*[\])])?")
TELLING = re.compile(r"[.%\[(]|\d ?(?:s|ms|GB|MB|kB)\b")
#: words that only a measurement has
MEASURED = re.compile(
    r"\d[\d.,]* ?(?:CPU s(?:econds)?\b|s(?:econds)? of (?:the )?processor|ms of processor"
    r"|(?:times|×) (?:as (?:fast|slow)|less|faster|slower))"
    r"|\bp95\b[^|\n]*\d|\bpeak MB\b|mean reciprocal rank of \d|MRR of \d"
)
COMMAND = re.compile(
    r"(?:python -m|make) [\w.-]+|pytest [^`\n]*?tests/[\w/]+\.py|\btests/[\w/]+\.py|benchmarks/\w+\.py"
    r"|udsyn (?:safeguards proof|evidence|markets evaluate|technology|contacts find)[ \w-]*"
)


def surroundings(text: str) -> list[tuple[str, str]]:
    """Each block between blank lines, and what is read together with it: four blocks before and one after, none of them
    beyond a heading."""
    found = []
    for section in re.split(r"^(?=#)", text, flags=re.MULTILINE):
        blocks = re.split(r"\n\s*\n", section)
        found += [(block, "\n".join(blocks[max(0, n - 4) : n + 2])) for n, block in enumerate(blocks)]
    return found


def measured(block: str) -> list[str]:
    """Lines that hold figures which somebody must have measured."""
    found = []
    for line in block.splitlines():
        cells = [cell.strip(" *") for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        figures = [cell for cell in cells if CELL.fullmatch(cell) and TELLING.search(cell)]
        if len(figures) >= 2 or MEASURED.search(line):
            found.append(line)
    return found


def exists(command: str) -> bool:
    """Whether what a command names is there."""
    words = command.split()
    if words[0] == "make":
        return bool(
            re.search(rf"^{re.escape(words[1])}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        )
    if words[:2] == ["python", "-m"]:
        parts = Path(*words[2].split("."))
        return any((ROOT / base / parts).with_suffix(end).exists() for base in ("", "src") for end in ("", ".py"))
    return all((ROOT / path).exists() for path in re.findall(r"(?:tests|benchmarks)/[\w/]+\.py", command))


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_measured_figures_name_the_command_that_prints_them(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    whole = text[:1600] if "Written by `" in text[:1600] else ""
    for block, around in surroundings(text):
        if figures := measured(block):
            commands = COMMAND.findall(around) + COMMAND.findall(whole)
            assert commands, f"no command: {figures[0]}"
            assert all(map(exists, commands)), [one for one in commands if not exists(one)]


def test_a_figure_without_a_command_is_found() -> None:
    table = "## Speed\n\n| step | seconds |\n|---|---|\n| load | 1.5 s | 0.3 GB |\n"
    assert measured(table) == ["| load | 1.5 s | 0.3 GB |"]
    assert measured("Reading takes 4.5 CPU s.\n") == ["Reading takes 4.5 CPU s."]
    assert measured("It is 52 times less.\n") == ["It is 52 times less."]
    assert not measured("| `--share PART` | least part | 0.005 |\n| one | 2 | 3 |\n")
    assert exists("make prove")
    assert not exists("make nothing")
    assert exists("python -m benchmarks.contacts")
    assert not exists("python -m benchmarks.nothing")
    assert not exists("pytest tests/docs/test_nothing.py")
