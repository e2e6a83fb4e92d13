"""The reference of the command line, written from the commands: `python -m udsyn.cli.reference > docs/cli.md`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from udsyn.cli import udsyn

HEAD = """# Command line

Written from the commands by `make cli-docs`; a test fails when it is out of date. Every command takes `--help`.
Every command takes `--record` after the verb, also where it reads none. Commands that print data take
`--format table|json|csv`. Data goes to stdout, notices and progress to stderr. Exit
status: 0 done, 1 failed, 2 wrong use.

A table in a terminal breaks no number and no word: columns that do not fit are left out from the right and named on
stderr. In a pipe it is as wide as it is. Numbers have bounds. Fields, subfields and topics are given by id or by name,
and a filter or a period that nothing held answers is refused with what is held.

Completion of commands and options with the Tab key, for bash (put the line into `~/.bashrc`), zsh (`~/.zshrc`) and fish
(`~/.config/fish/completions/udsyn.fish`):

```text
eval "$(_UDSYN_COMPLETE=bash_source udsyn)"
eval "$(_UDSYN_COMPLETE=zsh_source udsyn)"
_UDSYN_COMPLETE=fish_source udsyn | source
```
"""


WIDTH: dict[str, Any] = {"max_content_width": 100, "terminal_width": 100}


def walk(
    command: click.Command, name: str, parent: click.Context | None = None
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command below a command, groups first: its full name, itself, and a context to ask it for its help."""
    context = click.Context(command, parent, info_name=name, **{**WIDTH, **command.context_settings})
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for inside in command.list_commands(context):
            found = command.get_command(context, inside)
            if found is not None and not found.hidden:
                yield from walk(found, inside, context)


def section(path: str, command: click.Command, context: click.Context) -> str:
    """One command as Markdown."""
    level = "#" * min(2 + path.count(" "), 4)
    return f"{level} {path}\n\n```text\n{command.get_help(context)}\n```\n"


def reference() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(section(*found) for found in walk(udsyn, "udsyn"))])


if __name__ == "__main__":
    click.echo(reference(), nl=False)
