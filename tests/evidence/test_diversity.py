"""Diversity of what is cited, against a plain loop over the JSON."""

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.openalex_world import in_scope, weights_of

from udsyn.errors import UsageError
from udsyn.evidence.diversity import MIN_REFERENCES, diversity
from udsyn.evidence.teams import mean_effects
from udsyn.record.sources.panels import ingest_panel

YEAR = 2020


def field_of(work: dict[str, Any]) -> str | None:
    return work["primary_topic"]["field"]["id"] if work["primary_topic"] else None


def test_diversity_equals_a_plain_loop(counted: Path, works: list[dict[str, Any]]) -> None:
    by_id = {work["id"]: work for work in works}
    flows: Counter[tuple[str, str]] = Counter()
    for work in filter(in_scope, works):
        for cited in work["referenced_works"]:
            if field_of(by_id[cited]):
                flows[str(field_of(work)), str(field_of(by_id[cited]))] += 1
    fields = sorted({field for pair in flows for field in pair})

    def apart(one: str, other: str) -> float:
        columns = [[flows[citing, cited] for citing in fields] for cited in (one, other)]
        length = [sum(value**2 for value in column) ** 0.5 for column in columns]
        return 1 - sum(a * b for a, b in zip(*columns, strict=True)) / (length[0] * length[1])

    lead = leads([work for work in works if in_scope(work)])
    scores, teams = [], []
    for work in works:
        if not in_scope(work) or work["publication_year"] != YEAR or "DK" not in weights_of(work):
            continue
        cited = Counter(field for id_ in work["referenced_works"] if (field := field_of(by_id[id_])))
        total = cited.total()
        if total >= MIN_REFERENCES:
            pairs = [(a, b) for a in cited for b in cited if a != b]
            scores.append(sum(cited[a] * cited[b] / total**2 * apart(a, b) for a, b in pairs))
            teams.append(lead[work["id"]])
    assert len(scores) > 5
    result = diversity(counted, "DK", years=(YEAR, YEAR))
    (row,) = result.records()
    assert row["works_measured"] == len(scores)
    assert row["rao_stirling"] == pytest.approx(sum(scores) / len(scores))
    assert row["true_diversity"] == pytest.approx(sum(1 / (1 - score) for score in scores) / len(scores))
    assert row["rao_stirling_low"] < row["rao_stirling"] < row["rao_stirling_high"]
    mean = sum(scores) / len(scores)
    of_team: Counter[str] = Counter()
    for team, score in zip(teams, scores, strict=True):
        of_team[team] += score - mean  # type: ignore[assignment]
    drawn, single = (sum(value**2 for value in values) for values in (of_team.values(), [x - mean for x in scores]))
    assert len(of_team) < len(scores)
    assert drawn > single
    assert row["design_effect"] == pytest.approx(drawn / single)
    said = " ".join(result.notes)
    assert "CWTS advises against" in said
    assert "widened by the design effect of teams" in said


def leads(works: list[dict[str, Any]]) -> dict[str, str]:
    """Danish work → its Danish author with most of these works, the first-named of equals."""
    there = {
        work["id"]: [a["author"]["id"] for a in work["authorships"] if "DK" in a["countries"]]
        for work in works
        if "DK" in weights_of(work)
    }
    output = Counter(author for authors in there.values() for author in set(authors))
    return {work: max(authors, key=lambda one: output[one]) for work, authors in there.items()}


def test_teams_that_cite_alike_widen_the_interval() -> None:
    """Ten teams of four works, each citing as one: the variance of the mean is four times that of forty works."""
    works = pl.DataFrame({"team": [t for t in range(10) for _ in range(4)]}).with_row_index("work")
    works = works.with_columns(weight=pl.lit(1.0), member=pl.lit("2021"), score=pl.col("team") / 10)
    assert mean_effects(works, "score", 0).of("2021") == pytest.approx(4.0)


def test_without_references_there_is_no_answer(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("year,c1,c2,works\n2020,DK,KR,5\n")
    ingest_panel(tmp_path / "record", tmp_path / "pairs.csv", "pairs", source="made")
    with pytest.raises(UsageError, match="no references"):
        diversity(tmp_path / "record", "DK")
