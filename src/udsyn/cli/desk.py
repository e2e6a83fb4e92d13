"""`udsyn desk`: the web application and what its operator does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from udsyn.cli.lazy import LazyGroup
from udsyn.cli.output import emit, emit_object, format_option, notice
from udsyn.cli.values import YEAR, Whole
from udsyn.errors import UdsynError, UsageError
from udsyn.record.parts import write_atomically


def place(_context: click.Context, _option: click.Parameter, named: Path | None) -> Path:
    """The desk's folder, where none is named too."""
    from udsyn.desk.ops import keys

    return keys.folder(named)


folder_option = click.option(
    "--desk",
    "folder",
    envvar="UDSYN_DESK",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    callback=place,
    help="The desk's folder (or UDSYN_DESK; else ./desk, but never inside a clone).",
)


#: command → (module:attribute, one line of help)
MORE: Mapping[str, tuple[str, str]] = {
    "privacy": ("udsyn.cli.privacy:privacy", "What is held of people, and what becomes of it."),
    "ties": ("udsyn.cli.desk_out:ties", "Print the ledger of ties as evidence takes it."),
    "awards": ("udsyn.cli.desk_out:awards", "Print the grants in a format that others read."),
}


@click.group(cls=LazyGroup, lazy=MORE)
def desk() -> None:
    """Run the desk: agreements, centres and posts in a web application.

    Example: udsyn desk serve --desk demo/desk
    """


@desk.command()
@folder_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8000, show_default=True, type=Whole(1, 65535), help="On which port.")
@click.option("--workers", default=1, show_default=True, type=Whole(1, 64), help="Processes.")
@click.option("--record", metavar="DIR", help="The record that evidence is read from (or UDSYN_RECORD).")
@click.option(
    "--work/--no-work",
    default=None,
    help="Run the worker beside it (see `work`); by default everywhere but in a demonstration, which stands still. "
    "With --no-work nothing runs beside it: neither is evidence worked out before somebody asks.",
)
def serve(folder: Path, host: str, port: int, workers: int, record: str | None, work: bool | None) -> None:
    """Open the desk in the browser's reach.

    Example: udsyn desk serve --desk demo/desk --port 8000
    """
    office = opened(folder, record, any_shape=True)
    office.migrate()
    from udsyn.desk.ops import server
    from udsyn.desk.rooms.parties.demo import demo_users

    if host not in ("127.0.0.1", "::1", "localhost") and demo_users().exists():
        raise UsageError("this is a demonstration with open doors: it listens to this machine only.")
    notice(f"The desk is at http://{host}:{port}/ – stop it with Ctrl-C.")
    server.serve(host, port, workers, not demo_users().exists() if work is None else work, ahead=work is not False)


@desk.command()
@folder_option
@click.option("--once", is_flag=True, help="Stop when nothing is left to do, as from cron.")
@click.option("--beside", is_flag=True, help="Stop when the process that started it is gone; `serve` says so.")
def work(folder: Path, once: bool, beside: bool) -> None:
    """Do what the desk does by itself: what each day brings, and send what is approved, as soon as it is due.

    There is one worker to a desk; `serve` starts it. What fails is shown to administrators.

    Example: udsyn desk work --desk desk --once
    """
    opened(folder)
    from udsyn.desk.ops import work

    work.run(once, beside)


@desk.command()
@folder_option
def migrate(folder: Path) -> None:
    """Make the database, or bring it to this version's shape.

    Example: udsyn desk migrate --desk desk
    """
    opened(folder, any_shape=True).migrate()
    notice("The database has this version's shape.")


@desk.command()
@folder_option
@click.option("--deploy", is_flag=True, help="Also what matters on a server that others reach.")
def check(folder: Path, deploy: bool) -> None:
    """Say what is wrong with settings and database; exit status 1 when something is.

    Example: udsyn desk check --deploy
    """
    found = opened(folder, any_shape=True).check(deploy)
    for problem in found:
        notice(problem)
    if found:
        raise UdsynError(f"{len(found)} things to mend, see above.")
    notice("Nothing to mend.")


@desk.command()
@folder_option
@click.option("--demo", is_flag=True, help="Also a generated half-year of work, and one-click roles.")
@click.option("--record", metavar="DIR", help="The record of the demonstration world.")
@format_option
def fill(folder: Path, demo: bool, record: str | None, format_: str) -> None:
    """Fill an empty desk with the shipped facts: countries, agreements, centres, posts.

    Example: udsyn desk fill --desk desk
    """
    opened(folder, record, any_shape=True)
    from udsyn.desk.ops import filling
    from udsyn.world.desk import half_year

    emit_object(half_year.build(folder, record) if demo else filling.fill_facts(), format_)


@desk.command("add-user")
@folder_option
@click.argument("email")
@click.argument("role")
@click.option("--name", default="", help="Name on screen.")
@click.option("--scope", default="", help="centre:seoul or country:KR; without it everywhere.")
def add_user(folder: Path, email: str, role: str, name: str, scope: str) -> None:
    """Make an account with a role and print its first password.

    Example: udsyn desk add-user anna@example.org administrator --name "Anna Holm"
    """
    opened(folder)
    from udsyn.desk.ops import accounts

    click.echo(accounts.add_user(email, name, role, scope))


@desk.command("forget-second-factor")
@folder_option
@click.argument("email")
def forget_second_factor(folder: Path, email: str) -> None:
    """Take away the second factor of an account whose owner lost it with all recovery codes.

    Make sure that it is the owner who asks. At the next sign-in the password is enough, and a role that needs a second
    factor has to set up a new one.

    Example: udsyn desk forget-second-factor anna@example.org
    """
    opened(folder)
    from udsyn.desk.ops import accounts

    notice(f"{accounts.forget_second_factor(email)} means of signing in are forgotten.")


user_option = click.option(
    "--user",
    "email",
    required=True,
    metavar="EMAIL",
    help="The account in whose name and with whose rights it is done.",
)


@desk.command("import")
@folder_option
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--as", "slug", required=True, metavar="LIST", help="The list: people, organisations, agreements ...")
@user_option
@click.option(
    "--map", "columns", multiple=True, metavar="HEADING=FIELD", help="What a column is; nothing after = skips it."
)
@click.option("--sheet", default="", help="Which sheet of a workbook; without it the first with rows.")
@click.option("--encoding", default="", help="Of a CSV's letters, such as mac_roman; without it as they look.")
@click.option(
    "--likely",
    type=click.Choice(["hold", "same", "new"]),
    help="Rows that are likely here already: hold back, take as the same, make anew.",
)
@click.option("--fill-only", is_flag=True, help="Change only what is empty here.")
@click.option("--make-missing", is_flag=True, help="Make what a cell names and is not here, such as an organisation.")
@click.option("--leave-out", is_flag=True, help="Store the rest although rows are held back.")
@click.option("--month-first", is_flag=True, help="1/3/2015 is January 3.")
@click.option("--decimal-point", is_flag=True, help="1,234 is more than a thousand.")
@click.option("--rows", "by_row", is_flag=True, help="Print what happens to each row instead of how many there are.")
@click.option("--store", "storing", is_flag=True, help="Store it; without this nothing is stored.")
@format_option
def import_(
    folder: Path,
    source: Path,
    slug: str,
    email: str,
    columns: tuple[str, ...],
    by_row: bool,
    storing: bool,
    format_: str,
    **choices: Any,
) -> None:
    """Say what a spreadsheet would change in a list; with --store do it, as a whole or not at all.

    Prints how many rows are new, change, are the same here, stand twice in the sheet or are held back, how many others
    are made because a cell names them (missing) or hang below (parts); with --rows each row and what changes in it.
    What is wrong is told with its row and column on stderr. Exit status 1 where --store could not store.

    Example: udsyn desk import people.xlsx --as people --user officer@example.org --make-missing
    """
    wrong = [text for text in columns if "=" not in text]
    if wrong:
        raise UsageError(f"--map {wrong[0]}: write HEADING=FIELD.")
    opened(folder)
    from udsyn.desk.ops import taking

    told = taking.import_file(source, slug, email, dict(text.rsplit("=", 1) for text in columns), storing, choices)
    for text in (*told["said"], *told["problems"], *told["against"]):
        notice(text)
    if by_row:
        emit(told["rows"], format_)
    else:
        emit_object({"import": told["import"], "state": told["state"], **told["counts"]}, format_)
    if storing and told["state"] != "stored":
        raise UdsynError("nothing was stored, see above.")


@desk.command("undo-import")
@folder_option
@click.argument("number", type=Whole(1, 10**12))
@user_option
def undo_import(folder: Path, number: int, email: str) -> None:
    """Take a stored import back as a whole; refused where one of its rows was changed since.

    Example: udsyn desk undo-import 12 --user officer@example.org
    """
    opened(folder)
    from udsyn.desk.ops import taking

    against = taking.undo_import(number, email)
    for text in against:
        notice(text)
    if against:
        raise UdsynError(f"import {number} was not undone, see above.")
    notice(f"Import {number} is undone.")


@desk.command()
@folder_option
@click.option("--record", metavar="DIR", help="The record (or UDSYN_RECORD).")
@click.option("--watch", is_flag=True, help="Go on, and work out what pages ask for; `serve` starts this itself.")
def evidence(folder: Path, record: str | None, watch: bool) -> None:
    """Work out what takes seconds about each partner (effect, hot-spots, people), so that its page opens at once.

    Example: udsyn desk evidence --desk demo/desk --record demo/record
    """
    opened(folder, record)
    from udsyn.desk.ops import server

    done = server.evidence(watch)
    notice(f"{len(done)} countries worked out: {', '.join(done) or 'all were there already'}.")


@desk.command()
@folder_option
def send(folder: Path) -> None:
    """Send the messages in the outbox that a person approved.

    Example: udsyn desk send
    """
    notice(f"{opened(folder).send_approved()} messages sent.")


@desk.command()
@folder_option
@format_option
def daily(folder: Path, format_: str) -> None:
    """Do what a new day brings: tell silence as silence, ask follow-ups that are due, send what is approved.

    Run it once a day, from cron or a timer; running it twice does nothing more.

    Example: udsyn desk daily --desk desk
    """
    emit_object(opened(folder).daily(), format_)


@desk.command("follow-up")
@folder_option
@click.option("--record", metavar="DIR", help="The record (or UDSYN_RECORD).")
@format_option
def follow_up(folder: Path, record: str | None, format_: str) -> None:
    """Ask the record what came of every tie: joint works, grants, projects. `daily` does the same.

    Prints how many ties were said and followed, and how many finds are new. Running it twice finds nothing twice.

    Example: udsyn desk follow-up --desk demo/desk --record demo/record
    """
    emit_object(opened(folder, record).follow_up(), format_)


@desk.command("take-mail")
@folder_option
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--centre", required=True, help="Which centre it goes to, by its short name.")
@click.option("--as", "email", required=True, metavar="EMAIL", help="The account on whose behalf.")
@format_option
def take_mail(folder: Path, source: Path, centre: str, email: str, format_: str) -> None:
    """Make a request of an e-mail file (.eml), with its attachments.

    Example: udsyn desk take-mail request.eml --centre seoul --as anna@example.org
    """
    opened(folder)
    from udsyn.desk.ops import taking

    emit_object(taking.take_mail(source, centre, email), format_)


@desk.command("verify-ledger")
@folder_option
@click.option("--head", default="", help="A hash noted earlier that must still be in the chain.")
@format_option
def verify_ledger(folder: Path, head: str, format_: str) -> None:
    """Recompute the ledger's chain; exit status 1 when a line was changed, removed or put in.

    Example: udsyn desk verify-ledger --format json
    """
    opened(folder)
    from udsyn.desk.kernel import ledger

    verdict = ledger.verify(head)
    emit_object({"whole": verdict.whole, **vars(verdict), "broken": list(verdict.broken)}, format_)
    if not verdict.whole:
        raise UdsynError(f"the ledger is broken: {verdict.broken[0]}.")


@desk.command()
@folder_option
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@format_option
def backup(folder: Path, target: Path, format_: str) -> None:
    """Write database, files and key into one archive, while the desk runs.

    Example: udsyn desk backup desk-2026-11-22.tar.gz
    """
    opened(folder, any_shape=True)
    from udsyn.desk.ops import backup

    about = backup.backup(target)
    emit_object({name: about[name] for name in ("udsyn", "database", "ledger_lines", "ledger_head")}, format_)


@desk.command()
@folder_option
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--erased",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The list of what was erased and let go of since (erased.jsonl of the newer desk): it goes again.",
)
@format_option
def restore(folder: Path, source: Path, erased: Path | None, format_: str) -> None:
    """Put a backup back into an empty folder, check the ledger, and let go again of what was erased or over since.

    Example: udsyn desk restore desk-2026-11-22.tar.gz --desk restored --erased desk/erased.jsonl
    """
    office = loaded()
    from udsyn.desk.ops import backup

    about = backup.restore(source, folder)
    office.migrate()
    from udsyn.desk.kernel import ledger

    verdict = ledger.verify(about["ledger_head"])
    if not verdict.whole:
        raise UdsynError(f"restored, but the ledger is broken: {verdict.broken[0]}.")
    if erased is None:
        notice("Who was erased after this backup is in it again: give their list with --erased (erased.jsonl).")
    else:
        from udsyn.desk.kernel.permissions import DESK
        from udsyn.desk.tools import erasing, retaining

        about["erased"] = erasing.erase_again(erased, DESK)
        again = retaining.retain_again(erased)
        about["let_go"] = again["let_go"]
        for sentence in again["failed"]:
            notice(sentence)
    shown = ("udsyn", "database", "ledger_lines", "ledger_head", "erased", "let_go")
    emit_object({name: about[name] for name in shown if name in about}, format_)


@desk.command()
@folder_option
@click.argument("year", type=YEAR)
@click.option("--language", type=click.Choice(["da", "en"]), default="da", show_default=True, help="Of the report.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file: .md, .html or .pdf."
)
def report(folder: Path, year: int, language: str, out: Path) -> None:
    """Write the yearly report: what every instrument did, cost and led to, and what was decided.

    Example: udsyn desk report 2026 --language en --out report.pdf --desk demo/desk
    """
    opened(folder)
    from django.utils import timezone, translation

    from udsyn.desk.rooms.dossiers import portfolio
    from udsyn.desk.rooms.dossiers.files import FORMS

    if (form := out.suffix.removeprefix(".")) not in FORMS:
        raise UsageError(f"{out}: a report is written as .md, .html or .pdf.")
    today = timezone.localdate()
    if year > today.year:
        raise UsageError(f"{year} is still to come.")
    with translation.override(language):
        written = FORMS[form][1](portfolio.yearly(year, today))
    write_atomically(out, written)
    notice(f"Wrote {out}.")


def loaded() -> ModuleType:
    """The desk's operations, or a clear word where its packages are missing."""
    try:
        import django  # noqa: F401
    except ImportError:
        raise UsageError("the desk needs its extra packages: pip install 'udsyn[desk]'.") from None
    from udsyn.desk.ops import office

    return office


def opened(folder: Path, record: str | None = None, *, any_shape: bool = False) -> ModuleType:
    """The desk in this folder, ready for use; it speaks English, as all commands do.

    Raises UsageError where its database is not of this version, unless `any_shape` will do.
    """
    office = loaded()
    office.start(folder, record)
    if not any_shape:
        from udsyn.desk.ops import shape

        shape.demand(folder)
    from django.utils import translation

    translation.activate("en")
    return office
