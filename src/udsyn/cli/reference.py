"""The reference of the command line, written from the commands: `python -m udsyn.cli.reference > docs/cli.md`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from udsyn.cli import udsyn

HEAD = """# Command line

Written from the commands by `make cli-docs`; a test fails when it is out of date. Every command takes `--help`.
Commands that print data take `--format table|json|csv`. Data goes to stdout, notices and progress to stderr. Exit
status: 0 done, 1 failed, 2 wrong use.
"""


def walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command below a command with its full name, groups first."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            inside = command.get_command(context, name)
            if inside is not None and not inside.hidden:
                yield from walk(inside, f"{path} {name}")


def section(path: str, command: click.Command) -> str:
    """One command as Markdown."""
    context = click.Context(command, info_name=path, max_content_width=100, terminal_width=100)
    level = "#" * min(2 + path.count(" "), 4)
    return f"{level} {path}\n\n```text\n{command.get_help(context)}\n```\n"


def reference() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(section(path, command) for path, command in walk(udsyn, "udsyn"))])


if __name__ == "__main__":
    click.echo(reference(), nl=False)
