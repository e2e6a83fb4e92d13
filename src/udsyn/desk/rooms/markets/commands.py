"""Need profiles: whose they are, which codes belong to them, what they find, and the mail that tells what is new."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from udsyn.desk.evidence import buying
from udsyn.desk.kernel import commands, queues
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.markets.models import ACCESS, NeedProfile
from udsyn.desk.tools.telling import tell_owner
from udsyn.evidence.markets import needs

#: Tenders that a profile keeps in mind, those that meet most of it first; and that a mail names.
MOST, NAMED = 200, 20
#: Codes of each scheme that are proposed.
PROPOSED = 8
Tender = dict[str, Any]


@transaction.atomic
def keep(profile: NeedProfile, actor: Actor) -> NeedProfile:
    """Store a new profile. What it finds today is known from the start: the first mail tells of what comes after."""
    profile.owner = actor.user
    look(profile)
    commands.save(profile, actor)
    return profile


@transaction.atomic
def confirm(profile: NeedProfile, codes: Collection[str], actor: Actor) -> NeedProfile:
    """The codes (`cpv:42994200`) that belong to the technology; all others are taken off.

    Raises UsageError for what names no scheme and code.
    """
    proposed = [code.model_copy(update={"confirmed": False}) for code in offered(profile)]
    need = profile.as_need().model_copy(update={"codes": proposed})
    need = needs.confirm(need, list(codes), actor.name, timezone.localdate())
    profile.codes = [code.model_dump() for code in need.codes if code.confirmed]
    profile.confirmed_on = timezone.localdate() if profile.codes else None
    look(profile)
    commands.save(profile, actor)
    return profile


def offered(profile: NeedProfile) -> list[needs.Code]:
    """What is confirmed, and what else labels propose."""
    need = profile.as_need()
    known = {(code.scheme, code.code) for code in need.codes}
    return [*need.codes, *(code for code in buying.proposed(need, PROPOSED) if (code.scheme, code.code) not in known)]


def found(profile: NeedProfile, most: int = MOST) -> list[Tender]:
    """Open and planned tenders that a profile finds today; none where it has neither words nor confirmed codes."""
    need = profile.as_need()
    codes, country = need.confirmed(), profile.country.code if profile.country else None
    if not (codes or need.words):
        return []
    return buying.open_tenders(timezone.localdate(), codes, need.words, country, most) or []


def look(profile: NeedProfile) -> list[tuple[str, Tender]]:
    """What is new to a profile since it looked last, which it now keeps in mind: (what, tender)."""
    listed = found(profile)
    news = [(what, one) for one in listed if (what := difference(profile.seen, one))]
    profile.seen = {key_of(one): one["deadline"] for one in listed}
    profile.looked_on = timezone.localdate()
    return news


def difference(seen: dict[str, Any], one: Tender) -> str:
    """new, moved (another deadline), or nothing."""
    if key_of(one) not in seen:
        return "new"
    return "moved" if seen[key_of(one)] != one["deadline"] else ""


def key_of(one: Tender) -> str:
    return f"{one['source']}|{one['notice']}"


def tell() -> dict[str, Any]:
    """Write to the owners of profiles what is new in them. Returns how many mails that made."""
    failed: list[str] = []
    profiles = NeedProfile.objects.filter(owner__is_active=True).select_related("owner", "country")
    return {"markets_told": queues.each(profiles, tell_of, failed), "failed": failed}


def tell_of(profile: NeedProfile) -> bool:
    """Look once more, and write to the owner where something is new. The owner asked for it: it needs no approval."""
    with translation.override(profile.language):
        news = look(profile)
        NeedProfile.objects.filter(pk=profile.pk).update(seen=profile.seen, looked_on=profile.looked_on)
        if not (news and profile.notify and profile.owner.email):
            return False
        subject = _("Tenders, new in “%(name)s”") % {"name": profile.name}
        tell_owner(profile.owner, subject, letter(profile, news), f"needprofile:{profile.pk}")
    return True


def letter(profile: NeedProfile, news: list[tuple[str, Tender]]) -> str:
    words = {"new": _("new"), "moved": _("another deadline")}
    text = [_("Your profile “%(name)s” has found:") % {"name": profile.name}, ""]
    for what, one in news[:NAMED]:
        text += [f"- {words[what]}: {one['title'] or one['notice']}", "  " + " · ".join(facts_of(one))]
    if (more := len(news) - NAMED) > 0:
        text += [_("and %(n)d more.") % {"n": more}]
    text += ["", _("Read the notice before you write. You end these mails where you saved the profile.")]
    return "\n".join(text) + "\n"


def facts_of(one: Tender) -> list[str]:
    """Who buys, until when, and what home's firms may, in words."""
    day = _("closes %(day)s") % {"day": when(one)} if one["deadline"] else _("no deadline known")
    return [text for text in (one["buyer"], one["country"], day, str(ACCESS[one["access"]]), one["url"]) if text]


def when(one: Tender) -> str:
    """A deadline on the desk's clock where it is exact, else as the buyer writes it."""
    return formats.date_format(timezone.localtime(one["due"]), "DATETIME_FORMAT") if one["due"] else one["deadline"]
