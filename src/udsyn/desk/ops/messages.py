"""The Danish words of the interface: `python -m udsyn.desk.ops.messages` collects new ones and compiles the catalogue.

`locale/da/LC_MESSAGES/django.po` is edited by people; the compiled `django.mo` beside it is what runs. A test says that
every text has a translation and that the compiled file is current.
"""

from __future__ import annotations

import ast
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

DESK = Path(__file__).parent.parent
PO = DESK / "locale/da/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
#: of the catalogue's head: a date that changed with every run would make every two branches clash
MADE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


def collect() -> Catalog:
    """All texts of code and templates, without translations."""
    catalog = Catalog(locale="da", project="udsyn", version="", charset="utf-8", fuzzy=False, creation_date=MADE)
    for file in sorted([*DESK.rglob("*.py"), *DESK.rglob("*.html")]):
        text = file.read_text(encoding="utf-8")
        source = templatize(text) if file.suffix == ".html" else text
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            if message and message != "":
                catalog.add(message, context=context, locations=[(str(file.relative_to(DESK)), None)])
        for message in within_f_strings(text) if file.suffix == ".py" else ():
            catalog.add(message, locations=[(str(file.relative_to(DESK)), None)])
    return catalog


def within_f_strings(code: str) -> Iterator[str]:
    """Texts in the braces of an f-string, which Babel reads only from Python 3.12 on."""
    for joined in ast.walk(ast.parse(code)):
        for call in ast.walk(joined) if isinstance(joined, ast.JoinedStr) else ():
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_":
                said = call.args[0]
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield said.value


def stored() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="da")


def compiled(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def write(catalog: Catalog) -> None:
    with PO.open("wb") as file:
        write_po(file, catalog, width=110, sort_output=True, omit_header=False, no_location=True)
    MO.write_bytes(compiled(catalog))


def renew() -> list[str]:
    """Add new texts, drop old ones, compile; returns texts without a translation."""
    fresh = collect()
    known = stored() if PO.is_file() else Catalog(locale="da")
    for message in fresh:
        old = known.get(message.id, context=message.context)
        if message.id and old is not None:
            message.string = old.string
    write(fresh)
    return untranslated(fresh)


def untranslated(catalog: Catalog) -> list[str]:
    return [str(m.id) for m in catalog if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)]


if __name__ == "__main__":
    for text in renew():
        print("no Danish yet:", text)
