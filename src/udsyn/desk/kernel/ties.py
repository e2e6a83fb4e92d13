"""The ledger of ties: a dated pair of people or organisations, with the instrument that made it.

Rooms say what ties their rows made (`Room.ties`); `collect` writes them every night. What a room says again changes
nothing; what it says otherwise is mended; what it no longer says is marked as gone, never erased. The record is asked
what came of a tie, and evidence takes it as treatment, also where it was refused or fell through.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel import queues
from udsyn.desk.kernel.models import Attached, AttachedTo, RowQuerySet
from udsyn.desk.kernel.permissions import Rule, SignedIn
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import rooms, tie_kinds

MADE, REFUSED, CANCELLED, GONE = "made", "refused", "cancelled", "gone"
STATUSES = ((MADE, _("came about")), (REFUSED, _("refused")), (CANCELLED, _("cancelled")), (GONE, _("no longer said")))
PERSON, ORGANISATION, COUNTRY = "person", "organisation", "country"
LEVELS = (
    (PERSON, _("between people")),
    (ORGANISATION, _("between organisations")),
    (COUNTRY, _("between countries")),
)
#: what can make a tie, in words
INSTRUMENTS = {
    "agreement": _("agreement"),
    "initiative": _("initiative"),
    "centre": _("centre"),
    "grant": _("grant"),
    "application": _("application"),
    "stay": _("stay"),
    "meeting": _("event meeting"),
    "introduction": _("introduction"),
    "appointment": _("appointment"),
    "delegation": _("delegation stop"),
    "other": _("other"),
}
SURE, LIKELY, NAMED = "sure", "likely", "named"
SURENESS = ((SURE, _("by an id")), (LIKELY, _("likely")), (NAMED, _("by name only")))


#: kind, object_id, instrument, level and key of a tie
Identity = tuple[str, int, str, str, str]
KNOWN_BY = ("name", "author", "orcid", "ror", "row")
TOLD_BY = ("kind", "object_id", "instrument", "level", "key")


@dataclass(frozen=True)
class End:
    """One side of a tie. Empty is unknown; `follow` is None where nobody asked whether they agree to be followed."""

    name: str
    role: str = ""
    country: str = ""  #: ISO-2
    author: str = ""  #: OpenAlex
    orcid: str = ""
    ror: str = ""
    row: str = ""  #: the desk's own row: person:12
    follow: bool | None = None

    @property
    def sure(self) -> str:
        """How sure it is who this is."""
        known = self.author or self.orcid or self.ror or self.row.startswith(f"{COUNTRY}:")
        return SURE if known else LIKELY if self.row else NAMED

    @property
    def key(self) -> str:
        """By what the same side is known again."""
        return self.row or self.orcid or self.author or self.ror or f"name:{self.name}"[:80]


@dataclass(frozen=True)
class Said:
    """A tie as a room says it: the row that made it, of which kind of instrument, on which day, between whom."""

    about: Any
    instrument: str
    date: dt.date
    a: End
    b: End
    level: str = PERSON
    status: str = MADE
    rating: float | None = None
    award: str = ""  #: the number of the grant that paid for it, as works acknowledge it


def end(side: str, *, length: int, label: Any = "") -> models.CharField:
    """A column of one side."""
    return models.CharField(label or side, max_length=length, blank=True, editable=False)


class Maker(AttachedTo):
    """Seen by those who see the row that made the tie."""

    def kinds(self) -> Iterable[str]:
        return tie_kinds()


SEEN = SignedIn() & Maker()


class Tie(Attached):
    """A dated pair and what made it. Seen by those who are signed in and see the row that made it."""

    rules: ClassVar[dict[str, Rule]] = {"view": SEEN}
    objects = RowQuerySet.as_manager()

    instrument = models.CharField(_("instrument"), max_length=30, db_index=True)
    level = models.CharField(_("level"), max_length=12, choices=LEVELS)
    date = models.DateField(_("date"), db_index=True)
    status = models.CharField(_("status"), max_length=10, choices=STATUSES)
    rating = models.FloatField(_("rating"), null=True)
    award = models.CharField(_("grant number"), max_length=80, blank=True)
    before = models.IntegerField(_("joint works before"), null=True)  #: null: not looked for yet
    looked = models.CharField(max_length=64, blank=True, editable=False)  #: empty until the record was asked
    key = models.CharField(max_length=200, editable=False)  #: both sides' keys, in their order
    a_name, b_name = end("a", length=200), end("b", length=200)
    a_role, b_role = end("a", length=40), end("b", length=40)
    a_country, b_country = end("a", length=2), end("b", length=2)
    a_author, b_author = end("a", length=20), end("b", length=20)
    a_orcid, b_orcid = end("a", length=19), end("b", length=19)
    a_ror, b_ror = end("a", length=40), end("b", length=40)
    a_row, b_row = end("a", length=40), end("b", length=40)
    a_sure = models.CharField(max_length=8, choices=SURENESS)
    b_sure = models.CharField(max_length=8, choices=SURENESS)
    a_follow = models.BooleanField(null=True)
    b_follow = models.BooleanField(null=True)

    class Meta:
        app_label = "core"
        ordering = ("date", "pk")
        verbose_name = _("tie")
        verbose_name_plural = _("ties")
        constraints = (
            models.UniqueConstraint(fields=("kind", "object_id", "instrument", "level", "key"), name="tie_once"),
            models.CheckConstraint(
                condition=Q(status__in=[code for code, _label in STATUSES]), name="tie_status_known"
            ),
        )
        indexes = (
            models.Index(fields=("a_author",), name="tie_a_author"),
            models.Index(fields=("b_author",), name="tie_b_author"),
            models.Index(fields=("a_country", "status", "level"), name="tie_a_country"),
            models.Index(fields=("b_country", "status", "level"), name="tie_b_country"),
        )

    def __str__(self) -> str:
        return f"{self.a_name} – {self.b_name} ({self.made_by}, {self.date})"

    @property
    def made_by(self) -> Any:
        """The instrument in words."""
        return INSTRUMENTS.get(self.instrument, self.instrument)


#: the columns that a room says
SAID = ["date", "status", "rating", "award"] + [
    f"{side}_{name}"
    for side in ("a", "b")
    for name in ("name", "role", "country", "author", "orcid", "ror", "row", "follow", "sure")
]


def columns(said: Said) -> dict[str, Any]:
    """What the ledger holds of a tie, besides what tells it from others."""
    values: dict[str, Any] = {"date": said.date, "status": said.status, "rating": said.rating, "award": said.award}
    for side, person in (("a", said.a), ("b", said.b)):
        values |= {f"{side}_{name}": value for name, value in asdict(person).items()} | {f"{side}_sure": person.sure}
    return values


def identity(said: Said) -> Identity:
    """What tells a tie from others, in the order of TOLD_BY."""
    key = f"{said.a.key} {said.b.key}"[:200]
    return type(said.about).kind(), said.about.pk, said.instrument, said.level, key


def collect() -> dict[str, Any]:
    """Write what all rooms say; ties that a room's rows no longer make are marked as gone.

    Returns how many were said, and under `failed`, if any, a sentence for each that could not be and each source
    that broke off. Such a source stops no other, and nothing of it is marked as gone: what it did not say may be so.
    """
    counted = 0
    failed: list[str] = []
    for room in rooms():
        for source in room.ties:
            missed: list[str] = []
            rows: dict[Identity, dict[str, Any]] = {}
            try:
                for said in source.say():
                    try:
                        rows[identity(said)] = columns(said)
                    except Exception as error:  # whatever is wrong with this one, the others are kept
                        missed.append(queues.told(f"a tie of {room.name}", error))
                counted += keep(rows, source.instruments, missed, source.kinds)
            except Exception as error:
                missed.append(queues.told(f"ties of {room.name}", error))
            failed += missed
    return {"ties": counted} | ({"failed": failed} if failed else {})


def keep(
    rows: Mapping[Identity, dict[str, Any]],
    instruments: Collection[str],
    missed: list[str],
    kinds: Collection[str] = (),
) -> int:
    """Bring the ledger's ties of these instruments (made by rows of these kinds) to what is said; write what differs.

    Where the database refuses a whole set, its ties are written one by one, so that one of them stops no other.
    Nothing is marked as gone where something was missed.
    """
    honour(rows.values())
    known = Tie.objects.filter(instrument__in=instruments, **({"kind__in": kinds} if kinds else {}))
    held = {tuple(getattr(tie, name) for name in TOLD_BY): tie for tie in known}
    if not missed:
        known_again(held, rows)
    new = [Tie(**dict(zip(TOLD_BY, told, strict=True)), **values) for told, values in rows.items() if told not in held]
    changed = [tie for told, tie in held.items() if told in rows and mend(tie, rows[told] | {"key": told[-1]})]
    refused = 0
    for batch, write in [(new, add), (changed, change)]:
        for part in batched(batch):
            try:
                with transaction.atomic():
                    write(part)
            except Exception:
                refused += len(part) - queues.each(part, alone, missed)
    if not missed:
        left = [tie for told, tie in held.items() if told not in rows and mend(tie, {"status": GONE})]
        for part in batched(left):
            change(part)
    return len(rows) - refused


def known_again(held: dict[Identity, Tie], rows: Mapping[Identity, dict[str, Any]]) -> None:
    """A side that is known otherwise now (two people were merged, a doubt was answered) leaves the tie what it was.

    Where a row made one tie that it says no more, and says one that is new, between the same sides, both are one: what
    was struck stays struck.
    """
    before, after = by_maker(held.keys() - rows.keys()), by_maker(rows.keys() - held.keys())
    for maker in before.keys() & after.keys():
        if len(before[maker]) == len(after[maker]) == 1:
            (old,), (new,) = before[maker], after[maker]
            if all(same_side(held[old], rows[new], side) for side in ("a", "b")):
                held[new] = held.pop(old)


def same_side(tie: Tie, values: Mapping[str, Any], side: str) -> bool:
    """By name, by an id, or because one row was merged into the other."""
    was = {name: getattr(tie, f"{side}_{name}") for name in KNOWN_BY}
    now = {name: values[f"{side}_{name}"] for name in KNOWN_BY}
    return (
        was["name"].casefold() == now["name"].casefold()
        or any(was[name] and was[name] == now[name] for name in ("author", "orcid", "ror"))
        or bool(was["row"] and merged_into(was["row"]) == now["row"])
    )


def merged_into(row: str) -> str:
    """The row (person:13) that this one was merged into; empty where it was not."""
    kind, _colon, number = row.partition(":")
    resource = RESOURCES.get(kind)
    if resource is None or not hasattr(resource.model, "merged_into"):
        return ""
    kept = resource.model._base_manager.filter(pk=number).values_list("merged_into_id", flat=True).first()
    return f"{kind}:{kept}" if kept else ""


def by_maker(told: Iterable[Identity]) -> dict[tuple[Any, ...], list[Identity]]:
    """Ties by the row that made them."""
    found: dict[tuple[Any, ...], list[Identity]] = {}
    for identity in told:
        found.setdefault(identity[:-1], []).append(identity)
    return found


def honour(rows: Iterable[dict[str, Any]]) -> None:
    """Whoever said no to being followed has said it for every tie, also those to come; no room takes it back."""
    refused = {
        row for side in ("a", "b") for row in Tie.objects.filter(refused_by(side)).values_list(f"{side}_row", flat=True)
    }
    refused |= {merged_into(row) for row in refused} - {""}
    for values in rows:
        for side in ("a", "b"):
            if values[f"{side}_row"] in refused:
                values[f"{side}_follow"] = False


def refused_by(side: str) -> Q:
    return Q(**{f"{side}_follow": False}) & ~Q(**{f"{side}_row": ""})


def refuse(row: str) -> None:
    """Somebody (person:12) does not want to be followed."""
    for side in ("a", "b"):
        Tie.objects.filter(**{f"{side}_row": row}).update(**{f"{side}_follow": False, "before": None})


def mend(tie: Tie, values: Mapping[str, Any]) -> bool:
    """Set what differs; says whether anything did. What changed has to be looked for again."""
    differs = {name: value for name, value in values.items() if getattr(tie, name) != value}
    for name, value in differs.items():
        setattr(tie, name, value)
    if differs:
        tie.looked = ""
    return bool(differs)


def add(part: list[Tie]) -> None:
    Tie.objects.bulk_create(part)


def alone(tie: Tie) -> bool:
    tie.save()
    return True


def change(part: list[Tie]) -> None:
    Tie.objects.bulk_update(part, [*SAID, "looked", "key"])


def batched(rows: list[Tie], size: int = 200) -> Iterator[list[Tie]]:
    """A few at a time: SQLite takes so many values in a statement."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
