from pathlib import Path
from typing import Any

from tests.openalex_world import in_scope, make_works, write_snapshot

from udsyn.evidence.audit import audit
from udsyn.record.corrections import correct
from udsyn.record.ingest import ingest_openalex


def test_the_audit_counts_what_has_no_country(ingested: Path, works: list[dict[str, Any]]) -> None:
    authors = [author for work in works if in_scope(work) for author in work["authorships"]]
    nowhere = sum(not author["institutions"] for author in authors)
    (row,) = audit(ingested).records()
    assert row["of"] == "openalex"
    assert row["without_country"] == row["without_institution"] == nowhere
    assert row["rows"] == nowhere + sum(len(author["institutions"]) for author in authors)
    assert row["contradicts_institution"] == 0
    assert row["prints_a_country"] is None, "affiliations as printed were not read"


def test_cases_are_found_proposed_and_gone_once_they_are_taken(tmp_path: Path) -> None:
    works = make_works(300, seed=4)
    for n, work in enumerate(works):
        for author in work["authorships"]:
            if not author["institutions"]:
                printed = "Lab, Kongens Lyngby, Denmark." if n % 2 else "Somewhere, CA"
            elif author["institutions"][0]["id"].endswith("/I101") and len(author["institutions"]) == 1:
                printed = "Dept. of Things, Seoul 04763, South Korea"
            else:
                printed = "Institute, " + author["countries"][0]
            author["raw_affiliation_strings"] = [printed]
    ingest_openalex(write_snapshot(tmp_path / "snapshot", works), tmp_path / "record", extras=["raw"])
    (row,) = audit(tmp_path / "record").records()
    assert 0 < row["prints_a_country"] < row["without_country"]
    assert row["prints_another_country"] > 0
    found = audit(tmp_path / "record", cases=True).rows
    cases = {(case["case"], case["id"]): case["country"] for case in found.to_dicts()}
    assert cases["prints_a_country", "Lab, Kongens Lyngby, Denmark."] == "DK"
    assert cases["without_country", "Somewhere, CA"] is None, "a state is no country"
    assert {country for (case, _), country in cases.items() if case == "prints_another_country"} == {"KR"}
    found.filter(found["country"].is_not_null()).write_csv(tmp_path / "corrections.csv")
    correct(tmp_path / "record", tmp_path / "corrections.csv")
    (after,) = audit(tmp_path / "record").records()
    assert (after["prints_a_country"], after["prints_another_country"]) == (0, 0)
    assert after["corrected"] == row["prints_a_country"] + row["prints_another_country"]
    assert after["without_country"] == row["without_country"] - row["prints_a_country"]
