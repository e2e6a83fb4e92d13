"""The generated demonstration world, with planted truth.

A small world in OpenAlex's shape: real countries, cities, fields and subfields; invented institutions, people and
works. The same seed gives the same bytes. It is labelled as generated wherever it shows.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from udsyn.world import calls, markets, patents, stays
from udsyn.world.lists import write_fields, write_list
from udsyn.world.panel import pair_panel
from udsyn.world.setting import FIRST_YEAR, LAST_YEAR, PARTITIONS, TOPIC_ID, Planted, places, topics
from udsyn.world.works import Works, draw
from udsyn.world.write import (
    NOTICE,
    author_objects,
    institution_objects,
    topic_objects,
    with_geo,
    work_objects,
    write_json,
    write_objects,
    write_panel,
)

__all__ = ["CITATIONS", "FAMILIES", "FIELDS", "LISTS", "PANEL", "SNAPSHOT", "Planted", "build"]

SNAPSHOT = PARTITIONS[-1]
FAMILIES, CITATIONS = patents.FAMILIES, patents.CITATIONS
LISTS = Path("lists")
FIELDS = Path("fields.csv")
PANEL = Path("panels") / "generated_pairs.csv.gz"
DEFAULT_SEED, DEFAULT_WORKS = 7, 40_000


def build(
    out: Path | str,
    *,
    works: int = DEFAULT_WORKS,
    seed: int = DEFAULT_SEED,
    planted: Planted | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Write a generated world of `works` works to `out` (an older one there is replaced) and return its truth.

    The truth (also truth.json) tells the planted strengths, ties, agreement effect, stays, hubs and rising topics, with
    the joint works of the agreement's countries before and after it, and the effect that the draw was made with.
    """
    out, planted = Path(out), planted or Planted()
    shutil.rmtree(out / "data", ignore_errors=True)
    shutil.rmtree(out / "patents", ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    (out / "GENERATED.txt").write_text(NOTICE.format(seed=seed), encoding="utf-8")
    say(f"drawing {works:,} works from seed {seed}")
    drawn, visits = stays.plant(draw(works, seed, planted), seed, planted)
    say("writing works, people, institutions and topics")
    number = np.arange(works)
    parts = [work_objects(drawn, number[number % len(PARTITIONS) == k]) for k in range(len(PARTITIONS))]
    write_objects(out, "works", list(parts))
    guests_and_hosts = {person: stays.orcid(person) for person in visits.people.ravel().tolist()}
    write_objects(out, "authors", [author_objects(drawn, guests_and_hosts)])
    institutions = institution_objects(drawn)
    write_objects(out, "institutions", [with_geo(drawn, institutions)])
    write_objects(out, "topics", [topic_objects()])
    rows, panel_truth = pair_panel(seed, planted)
    write_panel(out / PANEL, rows)
    truth = {
        "generated": True,
        "seed": seed,
        "works": works,
        "years": [FIRST_YEAR, LAST_YEAR],
        "snapshot": SNAPSHOT,
        **planted_truth(planted),
        "agreement": agreement_truth(drawn, planted),
        "panel": panel_truth,
        "patents": patents.plant(out, drawn, seed),
        "markets": markets.write(out, seed),
        "calls": calls.write(out),
        "stays": stays.write(out, drawn, visits, planted),
        "lists": write_list(out / LISTS, institutions),
        "fields": write_fields(out / FIELDS),
    }
    write_json(out / "truth.json", truth)
    return truth


def planted_truth(planted: Planted) -> dict[str, Any]:
    """What was planted, in ids that the record uses."""
    at = {
        name: (code, lat, lon)
        for code, cities in zip(places().codes, places().cities, strict=True)
        for name, lat, lon in cities
    }
    return {
        "strengths": planted.strengths,
        "both_strong": sorted(set(planted.strengths["DK"]) & set(planted.strengths["KR"])),
        "ties": [{"pair": list(pair), "affinity": factor} for pair, factor in planted.ties.items()],
        "hubs": [
            {"field": field, "city": city, "country": at[city][0], "lat": at[city][1], "lon": at[city][2]}
            for field, cities in planted.hubs.items()
            for city in cities
        ],
        "rising_topics": [TOPIC_ID + i for i, topic in enumerate(topics()) if topic.name in planted.rising],
        "rising_from": planted.rising_from,
        "quality": planted.quality,
        "settings": {k: v for k, v in asdict(planted).items() if isinstance(v, (int, float))},
    }


def agreement_truth(works: Works, planted: Planted) -> dict[str, Any]:
    """Joint works of the agreement's countries before and after, and the effect on their expected number."""
    codes = places().codes
    country = works.people.country[works.person]
    joint = np.ones(len(works.year), dtype=bool)
    for code in planted.agreement:
        has = np.zeros(len(works.year), dtype=bool)
        has[works.work[country == codes.index(code)]] = True
        joint &= has
    after = works.year >= planted.agreement_from
    ratio = works.effect["expected_with"] / works.effect["expected_without"]
    return {
        "pair": list(planted.agreement),
        "from": planted.agreement_from,
        "effect": ratio - 1,
        "works_before": int((joint & ~after).sum()),
        "works_after": int((joint & after).sum()),
    }
