"""Groups whose commands are imported when they are used: what a verb does not need, it does not load."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A group with commands of its own and others by name: command → (module:attribute, one line of help)."""

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *self.lazy]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, attribute = self.lazy[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        take_record(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = {name: command.get_short_help_str(limit=90) for name, command in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl([*own.items(), *((name, text) for name, (_, text) in self.lazy.items())])


UNUSED = "Taken, since scripts name it for every command; this one has no use for it."


def take_record(command: click.Command) -> None:
    """Let every command take --record, so that one line of a script names it for all; some have no use for it."""
    if isinstance(command, click.Group):
        for inside in command.commands.values():
            take_record(inside)
    elif not any("--record" in option.opts for option in command.params):
        command.params.append(click.Option(["--record"], metavar="DIR", expose_value=False, hidden=True, help=UNUSED))
