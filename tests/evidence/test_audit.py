from pathlib import Path
from typing import Any

from tests.openalex_world import in_scope

from udsyn.evidence.audit import audit


def test_the_audit_counts_what_has_no_country(ingested: Path, works: list[dict[str, Any]]) -> None:
    authors = [author for work in works if in_scope(work) for author in work["authorships"]]
    nowhere = sum(not author["institutions"] for author in authors)
    (row,) = audit(ingested).records()
    assert row["of"] == "openalex"
    assert row["without_country"] == row["without_institution"] == nowhere
    assert row["rows"] == nowhere + sum(len(author["institutions"]) for author in authors)
    assert row["contradicts_institution"] == 0
