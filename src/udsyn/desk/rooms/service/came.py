"""What the record found after introductions: key figures of a cohort that is old enough to have written something.

They change when a person strikes a find. Pairs of people are counted; the works of whole organisations are not.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.finds import CONFIRMED, FOUND, Find
from udsyn.desk.kernel.remembering import remembered
from udsyn.desk.kernel.ties import PERSON, Tie
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service.figures import FEW, Figure, during
from udsyn.desk.rooms.service.models import Introduction

OLD_ENOUGH = dt.timedelta(days=365)  #: a pair that met later says nothing about works yet
COHORT = dt.timedelta(days=6 * 365)  #: what came of a pair is counted for introductions of these years


@dataclass(frozen=True)
class Cohort:
    """Introductions one to six years old by centre, those the record was asked about, and what it found after them."""

    pairs: dict[int, set[int]]  #: centre → introductions
    asked: frozenset[int]
    came: tuple[tuple[int, str, str], ...]  #: introduction, kind, number

    @classmethod
    def read(cls, today: dt.date, centres: Collection[Centre] = ()) -> Cohort:
        """Of these centres, or of all."""
        made = Introduction.objects.filter(during("agreed_at", today - COHORT, today - OLD_ENOUGH)).order_by()
        made = made.filter(candidate__request__centre__in=centres) if centres else made
        pairs: dict[int, set[int]] = defaultdict(set)
        for pk, centre in made.values_list("pk", "candidate__request__centre_id"):
            pairs[centre].add(pk)
        ties = Tie.objects.filter(kind="introduction", level=PERSON, before__isnull=False).order_by()
        ties = ties.filter(object_id__in=made.values("pk")) if centres else ties
        found = Find.objects.filter(kind="introduction", tie__level=PERSON, state__in=(FOUND, CONFIRMED))
        came = found.values_list("object_id", "what", "ident")
        return cls(pairs, frozenset(ties.values_list("object_id", flat=True)), tuple(came))


def figures(cohort: Cohort, centre: int) -> list[Figure]:
    """The figures of one centre."""
    made = cohort.pairs.get(centre, set())
    asked = made & cohort.asked
    came = [row for row in cohort.came if row[0] in asked]
    pairs = len({pair for pair, _what, _ident in came})
    works = len({ident for _pair, what, ident in came if what == "work"})
    return [
        Figure(
            "found",
            _("with something in the record"),
            _(
                "Pairs introduced one to six years ago after whom a joint publication, grant or project stands in the "
                "record, of those the record was asked about; missing: not asked, or not followed. What people strike "
                "does not count."
            ),
            "share",
            pairs,
            len(asked),
            len(made) - len(asked),
            pairs / len(asked) if asked else None,
        ),
        Figure(
            "publications",
            _("publications after them"),
            _("Different publications found after these introductions."),
            "count",
            works,
            None,
            None,
            works,
        ),
    ]


@remembered
def public(centres: Collection[Centre], today: dt.date) -> dict[int, list[Figure]]:
    """What the public page of each centre shows."""
    cohort = Cohort.read(today, centres)
    return {centre.pk: told(*figures(cohort, centre.pk)) for centre in centres}


def told(share: Figure, works: Figure) -> list[Figure]:
    """No share of fewer than five pairs, no number below five."""
    if (share.denominator or 0) < FEW:
        return []
    return [share, *([works] if (works.value or 0) >= FEW else [])]


@remembered
def by_centre(today: dt.date) -> list[tuple[Centre, list[Figure]]]:
    """Every centre that has introduced somebody long enough ago."""
    cohort = Cohort.read(today)
    return [(centre, figures(cohort, centre.pk)) for centre in Centre.objects.filter(pk__in=cohort.pairs)]
