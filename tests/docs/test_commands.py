"""Every command explains itself, shows an example, and stands in the manual."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from udsyn.cli import udsyn
from udsyn.cli.reference import walk

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = {path: command for path, command, _ in walk(udsyn, "udsyn")}
LEAVES = [(path, command) for path, command in COMMANDS.items() if not isinstance(command, click.Group)]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
PRINTED = [sys.executable, "-m", "udsyn.cli.reference"]
EXAMPLE = re.compile(r"^\s*(?:\$ )?((?:\.venv/bin/)?udsyn [^\n`]*)$", re.MULTILINE)


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=[path for path, _ in LEAVES])
def test_every_command_has_help_with_an_example(path: str, command: click.Command) -> None:
    assert command.help, f"`{path}` has no help"
    assert "Example" in command.help, f"`{path} --help` shows no example"
    without = [option.name for option in command.params if isinstance(option, click.Option) and not option.help]
    assert without == [], f"options of `{path}` without help"


def test_the_reference_is_current() -> None:
    """In a process of its own: a command that another test called by itself keeps the help option that it had then."""
    written = subprocess.run(PRINTED, capture_output=True, text=True, check=True)
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == written.stdout, "run `make cli-docs`"


def examples() -> list[tuple[str, str]]:
    """Every line of an indented or fenced block that starts with udsyn, in every page and every help text."""
    pages = [(page.name, text) for page in PAGES for text in [page.read_text(encoding="utf-8")]]
    helps = [(path, command.help or "") for path, command in LEAVES]
    return [
        (where, line.strip())
        for where, text in [*pages, *helps]
        for line in EXAMPLE.findall(text.replace("Example: ", "\n").replace("\b", ""))
    ]


@pytest.mark.parametrize(("where", "line"), examples())
def test_every_example_names_a_command_and_options_that_exist(where: str, line: str) -> None:
    words = shlex.split(line.split(" #")[0].split(" | ")[0].split(" > ")[0].replace("`", ""))[1:]
    command: click.Command = udsyn
    context = click.Context(command, info_name="udsyn")
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, f"{where}: no command {words[0]!r} in: {line}"
        command, words = found, words[1:]
    known = {name for option in command.params for name in [*option.opts, *option.secondary_opts]} | {"--help", "-h"}
    known |= {"--version"}
    named = {word.split("=")[0] for word in words if word.startswith("-") and not re.fullmatch(r"-\d.*", word)}
    assert named <= known, f"{where}: unknown option {sorted(named - known)} in: {line}"
