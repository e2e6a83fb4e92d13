"""Saved searches: whose they are, what they find, and the mail that tells what is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from udsyn.desk.evidence import funding
from udsyn.desk.kernel import commands, queues
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.funds.models import VERDICT_WORDS, FundSearch, day_of, typed_rows
from udsyn.desk.tools.telling import tell_owner
from udsyn.evidence.funds.eligible import NOT_ALLOWED
from udsyn.evidence.funds.find import COMING, Judged
from udsyn.evidence.funds.register import OPEN
from udsyn.record.shelf import Row as CallRow

#: Calls that a search keeps in mind, the best first; a search that finds more is too wide to tell of each.
MOST = 200
#: Calls that a mail names; the page has all.
NAMED = 20
Seen = Mapping[str, list[Any]]


@transaction.atomic
def keep(search: FundSearch, actor: Actor) -> FundSearch:
    """Store a new search. What it finds today is known from the start: the first mail tells of what comes after."""
    search.owner = actor.user
    look(search, typed_rows())
    commands.save(search, actor)
    return search


def found(search: FundSearch, typed: Iterable[CallRow]) -> list[Judged]:
    """Open and coming calls that a search finds today, without those that the partner may not join."""
    countries = [settings.HOME, *([search.country.code] if search.country else [])]
    listed = funding.listed(typed, timezone.localdate(), list(dict.fromkeys(countries)), COMING, search.text)
    return [one for one in listed if one.verdict["verdict"] != NOT_ALLOWED][:MOST]


def look(search: FundSearch, typed: Iterable[CallRow]) -> list[tuple[str, Judged]]:
    """What is new to a search since it looked last, which it now keeps in mind: (what, call)."""
    listed = found(search, typed)
    news = [(what, one) for one in listed if (what := difference(search.seen.get(key_of(one)), one))]
    search.seen = {key_of(one): [one.row["title"], one.row["state"], day_text(one)] for one in listed}
    search.looked_on = timezone.localdate()
    return news


def difference(before: list[Any] | None, now: Judged) -> str:
    """new, opened (it was coming), moved (another deadline), or nothing."""
    if before is None:
        return "new"
    if before[1] != OPEN and now.row["state"] == OPEN:
        return "opened"
    return "moved" if before[2] != day_text(now) else ""


def key_of(one: Judged) -> str:
    return "|".join((one.row["source"], one.row["id"], one.row["title"]))


def day_text(one: Judged) -> str:
    return str(day_of(one.closes) or "")


def tell() -> dict[str, Any]:
    """Write to the owners of saved searches what is new in them. Returns how many mails that made."""
    failed: list[str] = []
    typed = typed_rows()
    searches = FundSearch.objects.filter(owner__is_active=True).select_related("owner", "country")
    return {"funds_told": queues.each(searches, lambda search: tell_of(search, typed), failed), "failed": failed}


def tell_of(search: FundSearch, typed: Iterable[CallRow]) -> bool:
    """Look once more, and write to the owner where something is new. The owner asked for it: it needs no approval."""
    with translation.override(search.language):
        news = look(search, typed)
        FundSearch.objects.filter(pk=search.pk).update(seen=search.seen, looked_on=search.looked_on)
        if not (news and search.notify and search.owner.email):
            return False
        subject = _("Funds, new in “%(name)s”") % {"name": search.name}
        tell_owner(search.owner, subject, letter(search, news), f"fundsearch:{search.pk}")
    return True


def letter(search: FundSearch, news: list[tuple[str, Judged]]) -> str:
    words = {"new": _("new"), "opened": _("open now"), "moved": _("another deadline")}
    lines = [_("Your search “%(name)s” has found:") % {"name": search.name}, ""]
    for what, one in news[:NAMED]:
        lines += [f"- {words[what]}: {one.row['title']}", "  " + " · ".join(facts_of(one))]
    if more := len(news) - NAMED:
        lines += [_("and %(n)d more.") % {"n": more}] if more > 0 else []
    lines += [
        "",
        _("The text of a call can override what the rules say. You end these mails where you saved the search."),
    ]
    return "\n".join(lines) + "\n"


def facts_of(one: Judged) -> list[str]:
    day = day_of(one.closes)
    closes = _("closes %(day)s") % {"day": formats.date_format(day, "DATE_FORMAT")} if day else _("no deadline known")
    verdict = str(VERDICT_WORDS[one.verdict["verdict"]])
    return [verdict, closes, *filter(None, (one.row["funder"], one.row["url"]))]
