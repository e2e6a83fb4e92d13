"""The dossier of a row: promised, done, cost, what came of it, which links hold, what people say, what is not known.

Numbers count what the desk and the record hold, whoever reads them; names of people and words of clients stand in none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import formats, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from udsyn.desk.evidence import judging
from udsyn.desk.evidence.judging import Judged
from udsyn.desk.kernel import dossiers
from udsyn.desk.kernel.dossiers import DONE, PROMISED, TOLD, Came, Cost, Line, Subject
from udsyn.desk.rooms.dossiers import figures, theory
from udsyn.desk.rooms.dossiers.figures import name_of
from udsyn.desk.rooms.dossiers.money import Spent, add_up, hours_words, money_words
from udsyn.desk.rooms.dossiers.plain import Page, section, table, text
from udsyn.desk.rooms.outcomes import sets
from udsyn.packs.theory import shipped


@dataclass(frozen=True)
class Known:
    """All that a dossier is written from, read once."""

    row: Any
    subject: Subject
    today: dt.date
    lines: list[Line]
    came: dict[str, Came]
    costs: list[Cost]
    answers: Mapping[str, Judged] | None
    joint: list[dict[str, Any]] = field(default_factory=list)  #: rows of the effect on joint works of both countries

    @property
    def key(self) -> str:
        return f"{type(self.row).kind()}:{self.row.pk}"

    @property
    def own_effect(self) -> list[dict[str, Any]]:
        """The rows of `joint` where they judge this one: of several with a partner only the first (broad) one."""
        since = self.subject.joint.begun(self.row) if self.subject.joint else None
        return [row for row in self.joint if since and row["from"] == since.year]

    def part(self, name: str) -> list[Line]:
        return [line for line in self.lines if line.part == name]


def read(row: Any, today: dt.date) -> Known:
    """Ask all rooms, the ledger, and what was estimated. Raises LookupError where nothing is decided on such rows."""
    kind = type(row).kind()
    subject = dossiers.subjects().get(kind)
    if subject is None:
        raise LookupError(f"nothing is decided upon rows of the kind {kind}.")
    scope = dossiers.scope_of(row)
    return Known(
        row,
        subject,
        today,
        dossiers.lines(row, today),
        dossiers.came(scope, today),
        dossiers.costs(scope),
        judging.held(settings.FOLDER, f"{kind}:{row.pk}"),
        joint_works(subject.joint.question, subject.joint.country(row)) if subject.joint else [],
    )


def joint_works(question: str, partner: str) -> list[dict[str, Any]]:
    """What was found of the effect on all joint works with a partner; nothing where it was not worked out."""
    from udsyn.desk.evidence import findings  # half of a desk's start, and commands compose no dossier

    place = findings.shelf(settings.FOLDER, settings.HOME)
    slow = place.held(partner, slow=True) if place else None
    return list((slow or {}).get(question, {}).get("rows", ()))


def in_both_languages(row: Any, today: dt.date) -> dict[str, Page]:
    """Language → the dossier."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = page(read(row, today))
    return found


def page(known: Known) -> Page:
    """The dossier in the reader's language."""
    day = formats.date_format(known.today)
    return {
        "title": str(known.row),
        "subtitle": _("Dossier, as it stood on %(day)s") % {"day": day},
        "sections": [
            promised(known),
            done(known),
            cost(known),
            came(known),
            links(known),
            told(known),
            section("unknown", _("What is not known"), *(text(one) for one in unknown(known))),
            section("options", _("Options"), *(text(one) for one in known.subject.options(known.row))),
        ],
        "definitions": definitions(),
    }


def listed(caption: str, lines: list[Line]) -> Page:
    columns = [("what", _("what")), ("value", _("how it stands")), ("detail", "")]
    rows = [
        {
            "what": capfirst(str(one.what)),
            "value": one.value if one.value != "" else _("not known"),
            "detail": one.detail or None,
            "what_url": one.address,
        }
        for one in lines
    ]
    return table(caption, columns, rows)


def promised(known: Known) -> Page:
    title, lines = _("What was promised"), known.part(PROMISED)
    if not lines:
        return section("promised", title, text(_("No commitment is written down here, so none can be checked.")))
    return section("promised", title, listed(title, lines))


def done(known: Known) -> Page:
    """Ties by instrument, and what rooms count."""
    title = _("What was done")
    blocks = [text(scope_words(known))]
    if known.came:
        columns = [
            ("instrument", _("instrument")),
            ("made", _("came about")),
            ("refused", _("refused")),
            ("cancelled", _("cancelled")),
            ("pairs", _("pairs of people")),
        ]
        rows = [
            {
                "instrument": capfirst(name_of(name)),
                "made": one.made,
                "refused": one.refused,
                "cancelled": one.cancelled,
                "pairs": one.pairs,
            }
            for name, one in known.came.items()
        ]
        blocks.append(table(_("Ties by instrument"), columns, rows))
    else:
        blocks.append(text(_("The ledger holds no tie of it.")))
    if lines := known.part(DONE):
        blocks.append(listed(title, lines))
    return section("done", title, *blocks)


def scope_words(known: Known) -> str:
    """Which ties are meant."""
    if known.subject.country is None:
        return _("Ties that were made under it, whoever made them.")
    since = known.subject.since(known.row)
    if since is None:
        return _("All ties with the partner country: since when it holds is not known. Not all are because of it.")
    said = {"day": formats.date_format(since)}
    return _("All ties with the partner country since %(day)s. Not all of them are because of it.") % said


def cost(known: Known) -> Page:
    title = _("What it cost")
    by: dict[str, list[Cost]] = {}
    for one in known.costs:
        by.setdefault(one.instrument, []).append(one)
    spent = {name: add_up(some) for name, some in by.items()}
    spent |= {name: Spent() for name, one in known.came.items() if one.made and name not in by}
    columns = [("instrument", _("instrument")), ("money", _("money")), ("hours", _("hours of work"))]
    rows = [
        {"instrument": capfirst(name_of(name)), "money": money_words(one), "hours": hours_words(one)}
        for name, one in spent.items()
    ]
    if not rows:
        return section("cost", title, text(_("No cost is noted, so it is not known. That is not the same as nothing.")))
    return section("cost", title, table(title, columns, rows))


def came(known: Known) -> Page:
    """What the record found, with its limits, and what was estimated."""
    title = _("What came of it")
    blocks = []
    if followed := {name: one for name, one in known.came.items() if one.pairs}:
        columns = [
            ("instrument", _("instrument")),
            ("asked", _("pairs asked about")),
            ("new", _("without a joint work before")),
            ("wrote", _("with a joint work after")),
            ("works", _("joint works")),
            ("lasting", _("lasting")),
        ]
        rows = [
            {
                "instrument": capfirst(name_of(name)),
                "asked": figures.of(one.asked, one.pairs),
                "new": figures.of(one.new, one.asked),
                "wrote": figures.of(one.wrote, one.asked),
                "works": one.works if one.asked else _("not known"),
                "works_url": sets.address(what="work", evidence=dossiers.JOINT, instrument=name, about=known.key)
                if one.works
                else "",
                "lasting": figures.lasting_words(one),
            }
            for name, one in followed.items()
        ]
        blocks.append(table(_("Works after ties between people"), columns, rows))
    else:
        blocks.append(text(_("No two people were brought together, so the record cannot be asked what they wrote.")))
    blocks += [text(sentence) for sentence in estimates(known)]
    return section("came", title, *blocks)


def works_at(**asked: Any) -> str:
    """The page that lists the joint works behind a number."""
    return sets.address(what="work", evidence=dossiers.JOINT, **asked)


def estimates(known: Known) -> Iterator[str]:
    """Each estimate in a sentence, or one that says what is missing."""
    if known.subject.joint is not None:
        from udsyn.desk.evidence.partner import effect_in_words

        if known.own_effect:
            said = effect_in_words(known.own_effect, known.subject.kind)
            yield _("All joint works of both countries: %(said)s") % {"said": said}
            yield _(
                "What else began in those years (an agreement, a centre, a programme) is part of this figure: it is "
                "not to be added to that of another dossier."
            )
        elif known.joint:
            yield _(
                "All joint works of both countries: estimated is what began in %(year)s, and nothing for this one."
            ) % {"year": known.joint[0]["from"]}
        else:
            yield _("All joint works of both countries: nothing is estimated for this partner.")
    for name, one in known.came.items():
        if one.pairs:
            yield from figures.effect_words(known.answers, name, one.pairs)


def joint_shown(rows: list[dict[str, Any]]) -> bool | None:
    """Whether all estimators as one show an effect; None where they give no answer."""
    from udsyn.desk.evidence.partner import stands_out, together

    row = together(rows)
    return None if row is None else stands_out(row) and row["together"] > 0


def links(known: Known) -> Page:
    """The theory of change of the subject's instrument, link by link."""
    title, instrument = _("Which links of its theory of change are seen"), known.subject.instrument(known.row)
    held = shipped().get(instrument)
    if held is None:
        return section("links", title, text(_("No theory of change is written down for it.")))
    shown = joint_shown(known.own_effect) if known.subject.country else figures.shown_effect(known.answers, instrument)
    own = known.came if known.subject.country else {instrument: known.came.get(instrument, Came())}
    spent = add_up(one for one in known.costs if known.subject.country or one.instrument == instrument)
    seen = theory.Known(dossiers.together(own.values()), spent, shown, known.today)
    columns = [
        ("stage", _("step")),
        ("link", _("link")),
        ("value", _("what is seen")),
        ("source", _("source")),
        ("lag", _("seen after")),
        ("verdict", _("verdict")),
    ]
    return section("links", title, table(title, columns, theory.rows(held, seen)))


def told(known: Known) -> Page:
    """What people answered, in numbers."""
    title, one = _("What people say"), dossiers.together(known.came.values())
    lines = known.part(TOLD)
    found = one.confirmed + one.struck + one.waiting
    if found:
        said = {"confirmed": one.confirmed, "struck": one.struck, "waiting": one.waiting}
        words = _("%(confirmed)s confirmed, %(struck)s struck, %(waiting)s not looked at by anybody") % said
        lines = [Line(TOLD, _("what the record found"), found, words), *lines]
    if not lines:
        return section("told", title, text(_("Nobody was asked, or nobody has answered.")))
    return section("told", title, listed(title, lines))


def unknown_of(one: Came) -> Iterator[str]:
    """What nobody can say of ties."""
    if one.not_asked:
        yield _("The record was not asked about %(part)s of %(whole)s pairs: they are not found in it, or said no.") % {
            "part": one.not_asked, "whole": one.pairs,
        }  # fmt: skip
    if one.named:
        yield _("%(part)s of the joint works are told by a name only: another person may be meant.") % {
            "part": one.named
        }
    if one.young:
        yield _("%(part)s of %(whole)s pairs are younger than two years: nobody can tell whether they last.") % {
            "part": one.young, "whole": one.asked,
        }  # fmt: skip
    yield _("Works that the record does not hold, and what cannot be seen in works, are in no number here.")


def unknown(known: Known) -> Iterator[str]:
    """What nobody can say, in a sentence each."""
    yield from unknown_of(dossiers.together(known.came.values()))
    spent = add_up(known.costs)
    if not spent.all_money:
        yield _("The cost in money is not known, or not of all of it.")
    if not spent.all_hours:
        yield _("The hours of work are not known, or not of all of it.")
    if not known.part(PROMISED):
        yield _("What was promised is not written down as commitments.")
    if not any(judged["rows"] for judged in (known.answers or {}).values()) and not known.own_effect:
        yield _("What would have happened without it: nothing is estimated that could say so.")


def definitions() -> dict[str, str]:
    """The words of a dossier."""
    return {
        _("came about, refused, cancelled"): _("Rows that made a tie, or would have; one row can join many pairs."),
        _("pairs of people"): _("Two people who were brought together; each pair counts once for an instrument."),
        _("joint works"): _("Different works; one can be of several pairs, and is counted once."),
        _("lasting"): _(
            "Pairs with two or more different joint works after their tie, of those brought together at least two "
            "years ago and looked for in the record. What people strike does not count. The interval is Wilson's."
        ),
        _("seen"): _(
            "A link of the theory of change whose indicator is there; why it is there, it does not say. “Not seen” is "
            "said only after the time by which one can expect it, “not known” where nothing says."
        ),
    }
