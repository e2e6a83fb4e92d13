"""All instruments side by side, and the yearly report of the ministry: the same facts as in dossiers, of everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from udsyn.desk.evidence import judging
from udsyn.desk.evidence.judging import Judged
from udsyn.desk.kernel import dossiers
from udsyn.desk.kernel.dossiers import OLD, Came, Cost, Scope
from udsyn.desk.kernel.permissions import ASSISTANT, Actor
from udsyn.desk.kernel.ties import INSTRUMENTS
from udsyn.desk.rooms.dossiers import compose, figures
from udsyn.desk.rooms.dossiers.compose import works_at
from udsyn.desk.rooms.dossiers.figures import name_of
from udsyn.desk.rooms.dossiers.models import Dossier
from udsyn.desk.rooms.dossiers.money import Spent, add_up, hours_words, money_words
from udsyn.desk.rooms.dossiers.plain import Block, Page, section, table, text
from udsyn.evidence.effect.portfolio import Lasting, per_lasting, told_apart

#: the report is the same whoever asks for it: it names what every colleague may see
ANY_COLLEAGUE = Actor(name="report", mandates=frozenset({(ASSISTANT, "centre:-")}))


@dataclass(frozen=True)
class Held:
    """What the desk holds of all instruments."""

    came: dict[str, Came]
    costs: dict[str, list[Cost]]
    answers: Mapping[str, Judged] | None
    today: dt.date

    @property
    def instruments(self) -> list[str]:
        """Those that made a tie or cost something, always in the same order: none is ranked."""
        known = [*INSTRUMENTS, *sorted(self.came.keys() - INSTRUMENTS.keys())]
        return [name for name in known if name in self.came or name in self.costs]

    def of(self, name: str) -> Came:
        return self.came.get(name, Came())

    def spent(self, name: str, until: dt.date | None = None) -> Spent:
        return add_up(self.costs.get(name, ()), until)


def read(today: dt.date, scope: Scope | None = None) -> Held:
    """All instruments, or what they did in a scope."""
    where = scope or dossiers.everything()
    costs: dict[str, list[Cost]] = {}
    for cost in dossiers.costs(where):
        costs.setdefault(cost.instrument, []).append(cost)
    return Held(dossiers.came(where, today), costs, judging.held(settings.FOLDER), today)


def page(held: Held) -> Page:
    """The portfolio in the reader's language."""
    return {
        "title": _("All instruments side by side"),
        "subtitle": _("As it stands on %(day)s") % {"day": formats.date_format(held.today)},
        "sections": [
            section("lasting", _("What lasted, and what it cost"), lasting(held), *map(text, apart(held))),
            section("estimates", _("Against comparable pairs"), *map(text, estimates(held))),
            section("unknown", _("What is not known"), *map(text, unknown(held))),
        ],
        "definitions": definitions(),
    }


def lasting(held: Held) -> Block:
    """One row an instrument, in a fixed order."""
    columns = [
        ("instrument", _("instrument")),
        ("made", _("came about")),
        ("works", _("joint works")),
        ("lasting", _("lasting")),
        ("money", _("money for each lasting pair")),
        ("hours", _("hours for each lasting pair")),
    ]
    rows = []
    for name in held.instruments:
        came, spent = held.of(name), held.spent(name, held.today - OLD)
        kept = Lasting(came.lasting, came.old)
        rows.append(
            {
                "instrument": capfirst(name_of(name)),
                "made": came.made,
                "works": came.works if came.asked else _("not known"),
                "works_url": works_at(instrument=name) if came.works else "",
                "lasting": figures.lasting_words(came) if came.pairs else _("joins no two people"),
                "money": money_each(spent, kept),
                "hours": hours_each(spent, kept),
            }
        )
    return table(_("Instruments"), columns, rows)


def money_each(spent: Spent, kept: Lasting) -> str:
    """The money of those years for each pair that lasted, where all of it is known and in one currency."""
    if not spent.money:
        return _("not known")
    if not spent.all_money:
        return _("not known: only part of the cost is noted")
    if len(spent.money) > 1:
        return _("not divided: noted in several currencies")
    ((currency, amount),) = spent.money.items()
    return figures.each_words(per_lasting(float(amount), kept), currency)


def hours_each(spent: Spent, kept: Lasting) -> str:
    if not spent.hours_known:
        return _("not known")
    words = figures.each_words(per_lasting(spent.hours, kept), _("hours"))
    return words if spent.all_hours or not kept.of else _("at least %(sum)s") % {"sum": words}


def apart(held: Held) -> Iterator[str]:
    """Which instruments differ in how much lasts, as far as their intervals carry."""
    shares = {name: Lasting(held.of(name).lasting, held.of(name).old) for name in held.instruments}
    known = [name for name, one in shares.items() if one.of]
    if len(known) < 2:
        yield _("Nothing is compared: fewer than two instruments have pairs old enough to tell.")
        return
    found = told_apart(shares)
    for more, less in found:
        said = {"more": capfirst(name_of(more)), "less": name_of(less)}
        yield _("%(more)s lasted more often than %(less)s, by more than chance gives.") % said
    yield (
        _("All other instruments cannot be told apart by these figures, whatever the order of their shares.")
        if found
        else _("No two instruments can be told apart by these figures, whatever the order of their shares.")
    )
    yield _(
        "Different instruments bring different people together: that the ties of one last more often does not say that "
        "it works better."
    )


def estimates(held: Held) -> Iterator[str]:
    found = [name for name in held.instruments if held.of(name).pairs]
    for name in found:
        yield from figures.effect_words(held.answers, name, held.of(name).pairs)
    if not found:
        yield _("No two people were brought together, so the record cannot be asked what they wrote.")


def unknown(held: Held) -> Iterator[str]:
    one = dossiers.together(held.came.values())
    yield from compose.unknown_of(one)
    if without := [name_of(name) for name in held.instruments if not held.spent(name).all_money]:
        yield _("The cost in money is not known, or not of all of it: %(names)s.") % {"names": ", ".join(without)}


def definitions() -> dict[str, str]:
    return compose.definitions() | {
        _("for each lasting pair"): _(
            "What was noted as cost until two years ago, divided by the pairs that lasted. The interval comes from "
            "that of their share; the cost itself is taken as it was noted."
        ),
    }


# The year ------------------------------------------------------------------------------------------------------------


def of_year(year: int) -> Scope:
    """Ties that were made in a year, and what was spent in it."""
    starts, ends = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return Scope(Q(date__range=(starts, ends)), lambda cost: cost.date is not None and starts <= cost.date <= ends)


def yearly(year: int, today: dt.date) -> Page:
    """The ministry's report of a year: what was done in it, what came of earlier years, what was decided."""
    held, of_it = read(today), read(today, of_year(year))
    whole = year < today.year
    said = {"year": year, "day": formats.date_format(today)}
    return {
        "title": _("International cooperation in research and innovation, %(year)s") % said,
        "subtitle": (_("As known on %(day)s") if whole else _("The year until %(day)s")) % said,
        "sections": [
            section("year", _("What was done in the year"), *done(of_it)),
            section("lasting", _("What came of it until today"), lasting(held), *map(text, apart(held))),
            section("estimates", _("Against comparable pairs"), *map(text, estimates(held))),
            section("decided", _("What was decided in the year"), decided(year)),
            section("unknown", _("What is not known"), *map(text, unknown(held))),
        ],
        "definitions": definitions(),
    }


def done(held: Held) -> Iterable[Block]:
    if not held.instruments:
        return [text(_("Nothing is held of this year. That does not say that nothing was done."))]
    columns = [
        ("instrument", _("instrument")),
        ("made", _("came about")),
        ("refused", _("refused")),
        ("cancelled", _("cancelled")),
        ("pairs", _("pairs of people")),
        ("money", _("money")),
        ("hours", _("hours of work")),
    ]
    rows = [row_of_year(name, held.of(name), held.spent(name)) for name in held.instruments]
    return [table(_("By instrument"), columns, rows)]


def row_of_year(name: str, came: Came, spent: Spent) -> dict[str, Any]:
    return {
        "instrument": capfirst(name_of(name)),
        "made": came.made,
        "refused": came.refused,
        "cancelled": came.cancelled,
        "pairs": came.pairs,
        "money": money_words(spent),
        "hours": hours_words(spent),
    }


def decided(year: int) -> Block:
    """Decisions of the year with a sealed dossier."""
    rows = list(Dossier.objects.visible_to(ANY_COLLEAGUE).filter(day__year=year).order_by("day", "pk"))
    if not rows:
        return text(_("No decision of this year has a sealed dossier."))
    columns = [("day", _("day")), ("about", _("about")), ("decision", _("decision")), ("seal", _("seal"))]
    said = [
        {"day": formats.date_format(row.day), "about": row.about, "decision": row.decision, "seal": row.seal[:12]}
        for row in rows
    ]
    return table(_("Decisions"), columns, said)
