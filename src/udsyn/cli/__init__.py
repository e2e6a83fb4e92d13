"""The command line: one thin module per command group, loaded when it is asked for."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import click

from udsyn import __version__
from udsyn.cli.lazy import LazyGroup
from udsyn.errors import UdsynError, UsageError

#: command → (module:attribute, one line of help shown by `udsyn --help` without loading the module)
COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("udsyn.cli.demo:demo", "Build the generated world, its record, cubes and a brief."),
    "cubes": ("udsyn.cli.cubes:cubes", "Count the record into small tables."),
    "facts": ("udsyn.cli.facts:group", "Print the shipped facts with their sources."),
    "brief": ("udsyn.cli.brief:brief", "Write a country brief as a page or as a PDF."),
    "evidence": ("udsyn.cli.evidence:group", "Findings: shares, profiles, strengths, ties, hot-spots, ..."),
    "ingest": ("udsyn.cli.ingest:group", "Read files into a record."),
    "fetch": ("udsyn.cli.fetch:group", "Read OpenAlex through its API."),
    "record": ("udsyn.cli.record:group", "What is held, what counts, and why."),
    "contacts": ("udsyn.cli.contacts:contacts", "Find people to meet, why, and through whom."),
    "desk": ("udsyn.cli.desk:desk", "Run the web application: agreements, centres, posts."),
    "safeguards": ("udsyn.cli.safeguards:group", "What stands in the way of a cooperation: lists, aid."),
    "stays": ("udsyn.cli.stays:group", "Stays of visiting scientists: travel allowances."),
    "technology": ("udsyn.cli.technology:group", "What patents say: specialisation by field."),
    "funds": ("udsyn.cli.funds:group", "Calls for proposals: what is open, for whom, and what changed."),
    "allocation": ("udsyn.cli.allocation:group", "Reviewers, places and tours, each with its proof."),
    "markets": ("udsyn.cli.markets:group", "Tenders, trade, and the way in."),
    "meetings": ("udsyn.cli.meetings:group", "Schedule the one-to-one meetings of a day, with proof."),
}


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, prog_name="udsyn")
def udsyn() -> None:
    """Run a country's international research and innovation cooperation.

    Example: udsyn demo --out demo
    """


def program() -> None:
    """The command `udsyn`: what `main` does, and an end without taking to pieces, one by one, all that was read.

    That would be a tenth of a brief's time, as much as looking for what can be freed among all that stays. A desk ends
    as any program does, so that its database is closed.
    """
    gc.set_threshold(50_000, 20, 50)
    main()
    if "django" in sys.modules or threading.active_count() > 1:
        return
    atexit._run_exitfuncs()
    for said in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            said.flush()
    os._exit(0)


def main(argv: list[str] | None = None) -> Any:
    """Run the command line; errors are one line on stderr with exit status 1 (failure) or 2 (wrong use)."""
    # The matrices are small: more threads of linear algebra only wait, and may round otherwise on another machine.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    words = sys.argv[1:] if argv is None else argv
    try:
        demand_values(words)
        return udsyn.main(args=words, prog_name="udsyn", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        fail("stopped. Nothing half-written is left behind; run the command again to go on.", 130)
    except click.ClickException as error:
        fail(error.format_message() + hint(error), error.exit_code)
    except UdsynError as error:
        fail(str(error), error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        fail(f"{error.filename or 'input/output'}: {error.strerror or error}.", 1)


def demand_values(words: Sequence[str]) -> None:
    """Refuse an option or an argument that was given nothing, as a script gives whose variable is empty.

    No verb means the same by it: one would take its default, another search for nothing and find nothing against it.
    """
    for before, word in zip(["", *words], words, strict=False):
        option, equals, value = word.partition("=")
        if not word.strip():
            raise UsageError(f"{before if before.startswith('-') else 'an argument'}: the value is empty.")
        if option.startswith("--") and equals and not value.strip():
            raise UsageError(f"{option}: the value is empty.")


def hint(error: click.ClickException) -> str:
    """Where to read how the failing command is used."""
    context = getattr(error, "ctx", None)
    return f" See `{context.command_path} --help`." if context is not None else ""


def fail(message: str, status: int) -> None:
    """Print one line on stderr and leave."""
    click.echo("udsyn: " + " ".join(message.split()), err=True)
    sys.exit(status)
