"""Stays of the generated world in the desk: taken in, followed, and judged by the ledger that the desk gives out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.world.planted_stays import made

from udsyn.cli import main
from udsyn.desk.evidence import following, paired
from udsyn.desk.kernel import batches, ties
from udsyn.desk.kernel.finds import Find
from udsyn.desk.kernel.models import Proposal
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.stays.models import Stay
from udsyn.desk.tools import imports
from udsyn.record.engine import Record
from udsyn.world import stays

pytestmark = pytest.mark.django_db


def taken_in(folder: Path, actor_as: Any) -> None:
    """The house's spreadsheet becomes stays, which another colleague confirms."""
    Stay.objects.all().delete()
    sheet = (folder / stays.FOLDER / "stays.csv").read_bytes()
    taken = imports.look("stays.csv", sheet, RESOURCES["stay"], actor_as("officer"))
    assert taken.plan["problems"] == []
    imports.store(taken, actor_as("officer"))
    batches.decide(Proposal.objects.filter(kind="stay").first(), actor_as("officer2"), confirm=True)
    ties.collect()


def pairs_found(truth: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Both people and each work that the desk says both are on."""
    orcids = {f"A{number}": stays.orcid(number - stays.AUTHOR_ID) for number in numbers(truth)}
    author = {orcid: name for name, orcid in orcids.items()}
    for find in Find.objects.filter(what="work", evidence="both", tie__instrument="stay").select_related("tie"):
        yield author[find.tie.a_orcid], author[find.tie.b_orcid], find.ident


def numbers(truth: dict[str, Any]) -> list[int]:
    return [int(pair[side][1:]) for pair in truth["pairs"] for side in "ab"]


def exported(record: Record, folder: Path) -> Path:
    out = io.StringIO()
    lines = csv.DictWriter(out, paired.COLUMNS)
    lines.writeheader()
    lines.writerows(paired.lines(record, ("stay",)))
    (folder / "ledger.csv").write_text(out.getvalue())
    return folder / "ledger.csv"


@pytest.mark.parametrize("effect", [1.5, 0.0])
def test_what_was_planted_is_found_and_judged(tmp_path: Path, actor_as: Any, capsys: Any, effect: float) -> None:
    record, truth = made(tmp_path, effect)
    taken_in(tmp_path, actor_as)
    following.follow_all(tmp_path, record)
    found = set(pairs_found(truth))
    planted = {(pair["a"], pair["b"], work) for pair in truth["pairs"] if pair["kept"] for work in pair["works"]}
    right = found & planted
    assert len(right) >= 0.95 * len(planted)
    assert len(right) >= 0.98 * len(found)
    before = {
        (tie.a_orcid, tie.b_orcid): tie.before for tie in ties.Tie.objects.filter(instrument="stay", status="made")
    }
    kept = [pair for pair in truth["pairs"] if pair["kept"]]
    assert sum(before.values()) == sum(pair["before"] for pair in kept)
    ledger = exported(record, tmp_path)
    assert len(ledger.read_text().splitlines()) == 1 + len(truth["pairs"])
    capsys.readouterr()
    main(["evidence", "stays", "--ledger", str(ledger), "--record", str(record.path), "--format", "json"])
    (row,) = json.loads(capsys.readouterr().out)
    assert row["low"] <= effect <= row["high"]
    assert row["low"] > 0 if effect else row["low"] <= 0 <= row["high"]
