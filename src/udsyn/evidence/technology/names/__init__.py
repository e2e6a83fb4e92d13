"""Names of organisations in patents: mentions in, the entity of each out, and how well it agrees with a truth."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from udsyn.errors import UdsynError, UsageError
from udsyn.evidence.technology.names.resolve import resolve
from udsyn.record.parts import write_atomically
from udsyn.record.sources.tabular import read_columns

MENTION, NAME, ENTITY = "mention_id", "name", "entity"


def link_names(
    file: Path | str,
    out: Path | str,
    *,
    overrides: Path | str | None = None,
    links: Path | str | None = None,
    wide: bool = False,
) -> dict[str, int]:
    """Give every mention of a name its entity: CSV (plain or gzip) with mention_id, name in; mention_id, entity out.

    An entity is called by its most frequent name. `overrides`: CSV name, entity, decided by people. `links`: where to
    write the evidence, a row per distinct name: name, mentions, entity, linked_to, reason. A mention without a name is
    an entity of its own, called by its id. Returns mentions, names, entities. Raises UdsynError where a file cannot be
    read or lacks a column, UsageError where it would be written over.
    """
    if Path(out).exists() and Path(out).samefile(file):
        raise UsageError(f"{out} is the file that is read: write to another one.")
    mentions = read_columns(Path(file), (MENTION, NAME))
    named = mentions.filter(pl.col(NAME).str.contains(r"\S"))
    counts = dict(named[NAME].value_counts().iter_rows())
    found = resolve(counts, read_overrides(overrides), wide)
    entities = pl.DataFrame(
        {
            NAME: list(found),
            "mentions": [counts[name] for name in found],
            ENTITY: [one.entity for one in found.values()],
            "linked_to": [one.linked_to for one in found.values()],
            "reason": [one.reason for one in found.values()],
        },
        schema={NAME: pl.String, "mentions": pl.Int64, ENTITY: pl.String, "linked_to": pl.String, "reason": pl.String},
    )
    told = mentions.join(entities.select(NAME, ENTITY), on=NAME, how="left", maintain_order="left")
    told = told.select(MENTION, pl.coalesce(ENTITY, MENTION).alias(ENTITY))
    write_atomically(Path(out), told.write_csv().encode())
    if links is not None:
        write_atomically(Path(links), entities.sort(ENTITY, NAME).write_csv().encode())
    return {"mentions": mentions.height, "names": entities.height, "entities": told[ENTITY].n_unique()}


def read_overrides(file: Path | str | None) -> dict[str, str]:
    """Name → entity as people decided, from a CSV name, entity; nothing where no file is given."""
    return dict(read_columns(Path(file), (NAME, ENTITY)).iter_rows()) if file is not None else {}


def agreement(truth: Path | str, found: Path | str) -> list[dict[str, float | str | int]]:
    """How well entities agree with a truth, pairwise: over mentions, and over distinct names.

    `truth`: CSV mention_id, entity, name; `found`: CSV mention_id, entity, in the same order. Rows: over, pairs,
    precision, recall, f1. A name counts once over distinct names, with the entity that most of its mentions have.
    """
    joined = beside(Path(truth), Path(found))
    usual = joined.group_by(NAME, ENTITY, "found").len().sort("len", ENTITY, descending=[True, False])
    names = usual.unique(NAME, keep="first", maintain_order=True)
    return [{"over": over, **pairwise(rows)} for over, rows in (("mentions", joined), ("names", names))]


def disagreements(truth: Path | str, found: Path | str) -> pl.DataFrame:
    """The pairs against the answer, most mentions first; files as in `agreement`.

    error (joined: two entities of the truth taken for one; apart: one taken for two); name, other: the most frequent
    name of either side; pairs of mentions.
    """
    groups = beside(Path(truth), Path(found)).group_by(ENTITY, "found", NAME).len()
    groups = groups.sort("len", NAME, descending=[True, False])
    sides = groups.group_by(ENTITY, "found", maintain_order=True).agg(
        pl.col(NAME).first(), pl.col("len").sum().cast(pl.Int64)
    )
    wrong = []
    for error, same, differs in (("joined", "found", ENTITY), ("apart", ENTITY, "found")):
        pairs = sides.join(sides, on=same, suffix="_other").filter(pl.col(differs) < pl.col(f"{differs}_other"))
        wrong.append(
            pairs.select(
                error=pl.lit(error), name=NAME, other=f"{NAME}_other", pairs=pl.col("len") * pl.col("len_other")
            )
        )
    return pl.concat(wrong).sort("pairs", "error", "name", "other", descending=[True, False, False, False])


def beside(truth: Path, found: Path) -> pl.DataFrame:
    """The mentions of a truth with the entity that was found for each."""
    true = read_columns(truth, (MENTION, ENTITY, NAME))
    given = read_columns(found, (MENTION, ENTITY))
    if not true[MENTION].equals(given[MENTION]):
        raise UdsynError(f"{found.name} does not hold the mentions of {truth.name} in their order.")
    return true.with_columns(given[ENTITY].alias("found"))


def pairwise(rows: pl.DataFrame) -> dict[str, float]:
    """Precision, recall and F1 of pairs of rows that share `found` against those that share `entity`."""

    def pairs(*columns: str) -> int:
        return (
            int(rows.group_by(columns).len().select((pl.col("len").cast(pl.Int64) * (pl.col("len") - 1)).sum()).item())
            // 2
        )

    both, true, found = pairs(ENTITY, "found"), pairs(ENTITY), pairs("found")
    precision, recall = both / found if found else 1.0, both / true if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"pairs": true, "precision": precision, "recall": recall, "f1": f1}
