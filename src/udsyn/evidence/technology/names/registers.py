"""Applicants as organisations of registers: GLEIF's LEI, ROR, and national numbers, each link with its evidence.

Names of the registers that share a rare word and the country with an applicant are a block; the nearest of a block is
judged by normal form and legal forms, as applicants among themselves (`links`). Two organisations that are equally near
are told as several: a person decides, in a file of overrides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rapidfuzz.fuzz import token_sort_ratio

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.result import Provenance, Result
from udsyn.evidence.technology.families import Patents, open_patents, statement
from udsyn.evidence.technology.names.forms import Form, form_of
from udsyn.evidence.technology.names.links import agreement, is_common
from udsyn.evidence.technology.names.resolve import resolve
from udsyn.facts import countries
from udsyn.record.engine import Place, Record
from udsyn.record.sources.tabular import read_columns
from udsyn.record.tables import ORGANISATIONS

OTHER_FORM = "same words, another legal form of the country"
#: why two names are one → how sure that is, 0 to 1
SURE = {
    "same words": 1.0,
    "same words, a legal form in common": 0.95,
    "same words, legal form left out": 0.9,
    OTHER_FORM: 0.7,
}
#: words of which so many of 100 letters agree are nearly the same, and so sure
NEARLY, ALMOST = 93.0, 0.8
DECIDED = "decided"
SEVERAL = "several are equally near: decide in a file of overrides"
SCHEMA: Mapping[str, Any] = {
    "rank": pl.Int64,
    "name": pl.String,
    "country": pl.String,
    "families": pl.Float64,
    "scheme": pl.String,
    "id": pl.String,
    "registered_name": pl.String,
    "number": pl.String,
    "parent": pl.String,
    "parent_name": pl.String,
    "score": pl.Float64,
    "reason": pl.String,
}
#: words of a name as both sides write them, of two letters or more; all of a script that has no spaces
SPOKEN = (
    "CREATE MACRO spoken(said) AS regexp_extract_all(translate(upper(strip_accents(said)), 'ØŁĐ', 'OLD'), "
    r"'[\pL\pN]{2,}')"
)


@dataclass(frozen=True)
class Link:
    """An organisation that a name means: how sure (0 to 1), and why. id is empty where several are near, or none is."""

    scheme: str
    id: str
    said: str
    score: float
    reason: str


def organisations(
    record: Place,
    *,
    country: str | None = None,
    overrides: Path | str | None = None,
    source: str | None = None,
    limit: int = 100,
) -> Result:
    """Applicants with the organisations of registers that they are, those with most families first.

    A row per firm and scheme that it is found in (lei, ror, cvr, ...); one without, where it is in none. `overrides`:
    CSV name, scheme, id, decided by people; an empty id says that it is none. Columns: rank (of the firm), name,
    country, families (in parts), scheme, id, registered_name, number (national, of a LEI), parent and parent_name
    (ultimate, else direct), score, reason. Raises NotHeld where no register is loaded.
    """
    wanted = countries.code_of(country) if country else None
    decided = decisions(Path(overrides)) if overrides is not None else {}
    with open_patents(record, source, beside="organisation") as held:
        list_registers(held, record)
        firms = applicants(held, wanted, limit)
        near = held.connection.sql(statement("near")).pl()
        linked = {one["firm"]: links_of(one, near, decided) for one in firms}
        rows = [row for rank, one in enumerate(firms, 1) for row in rows_of(rank, one, linked[one["firm"]], held)]
        origin = Provenance("technology-organisations", "fractional (applicant)", held.source)
    return Result(pl.DataFrame(rows, schema=SCHEMA, orient="row"), origin, (f"Terms: {'; '.join(held.terms)}.",))


def list_registers(held: Patents, record: Place) -> None:
    """Make the view `listed` (scheme, id, said, country) of every name in the registers, ROR's too."""
    opened = record if isinstance(record, Record) else Record(Path(record))
    ror = "SELECT NULL AS scheme, NULL AS id, NULL AS name, CAST([] AS VARCHAR[]) AS names, NULL AS country WHERE false"
    if opened.manifest_file.is_file() and opened.holds(ORGANISATIONS):
        opened.name_views(held.connection)
        ror = "SELECT 'ror' AS scheme, ror AS id, name, names, country FROM organisations WHERE status = 'active'"
    held.connection.execute(SPOKEN)
    held.connection.execute(
        "CREATE VIEW registered AS SELECT scheme, id, name, names, country FROM organisation "  # noqa: S608
        f"WHERE active IS DISTINCT FROM false UNION ALL {ror}"
    )
    held.connection.execute(
        "CREATE VIEW listed AS SELECT DISTINCT scheme, id, country, "
        "unnest(list_prepend(name, coalesce(names, []))) AS said FROM registered"
    )
    if not held.connection.execute("SELECT 1 FROM registered LIMIT 1").fetchall():
        raise NotHeld(
            "no register of organisations is held: `udsyn technology load FILE --as gleif`, or organisations."
        )


def applicants(held: Patents, country: str | None, limit: int) -> list[dict[str, Any]]:
    """The firms with most families: firm, country, families, spellings; their spellings are the table `applicants`."""
    rows = held.connection.sql(
        "SELECT name, country, count(*) AS mentions, sum(part) AS families FROM party "
        "WHERE role = 'applicant' AND name IS NOT NULL AND ($country IS NULL OR country = $country) "
        "GROUP BY name, country",
        params={"country": country},
    ).pl()
    counts: dict[str, int] = dict(rows.group_by("name").agg(pl.col("mentions").sum()).iter_rows())
    entity = {name: one.entity for name, one in resolve(counts).items()}
    spelled = pl.col("name").sort_by("mentions", "name", descending=[True, False]).alias("spellings")
    firms = (
        rows.with_columns(firm=pl.col("name").replace_strict(entity, return_dtype=pl.String))
        .group_by("firm", "country")
        .agg(pl.col("families").sum(), spelled)
        .sort("families", "firm", "country", descending=[True, False, False])
        .head(limit)
    )
    told = firms.select(pl.col("spellings").alias("name"), "country").explode("name").to_arrow()
    held.connection.register("applicants", told)
    found: list[dict[str, Any]] = firms.to_dicts()
    return found


def links_of(firm: Mapping[str, Any], near: pl.DataFrame, decided: Mapping[str, list[tuple[str, str]]]) -> list[Link]:
    """One link per scheme: what people decided, else the surest over the firm's spellings."""
    own = near.filter(pl.col("name").is_in(firm["spellings"]) & (pl.col("country") == firm["country"]))
    blocks: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for name, _, scheme, id_, said in own.iter_rows():
        blocks[scheme].append((name, id_, said))
    found = {scheme: link for scheme, block in sorted(blocks.items()) if (link := nearest(scheme, block))}
    for name in (firm["firm"], *firm["spellings"]):
        found |= {scheme: Link(scheme, id_, name, 1.0, DECIDED) for scheme, id_ in decided.get(name, ())}
    return list(found.values())


def nearest(scheme: str, block: Iterable[tuple[str, str, str]]) -> Link | None:
    """The surest of a block (our name, id, the register's name); without an id where organisations are equally sure."""
    block = list(block)
    forms = {said: form_of(said) for said in {name for row in block for name in (row[0], row[2])}}
    spread = Counter(word for form in forms.values() for word in set(form.words))
    offers = [
        Link(scheme, id_, said, *judged)
        for name, id_, said in block
        if (judged := judge(forms[name], forms[said], spread, len(forms)))
    ]
    best = max(offers, key=lambda one: (one.score, one.id), default=None)
    if best is not None and len({one.id for one in offers if one.score == best.score}) > 1:
        return Link(scheme, "", "", best.score, SEVERAL)
    return best


def judge(one: Form, other: Form, spread: Mapping[str, int], names: int) -> tuple[float, str] | None:
    """How sure it is that two names are one organisation, and why; None where they are not."""
    weak = is_common(one.words, spread, names)
    said = agreement(one.legal, other.legal, weak, True)
    said = said if said in SURE or not said else OTHER_FORM
    if not said:
        return None
    if one.key() == other.key():
        return SURE[said], said
    near = token_sort_ratio(one.key(), other.key())
    return (ALMOST * near / 100, f"nearly the same words ({near:.0f} of 100)") if near >= NEARLY and not weak else None


def rows_of(rank: int, firm: Mapping[str, Any], links: list[Link], held: Patents) -> Iterator[dict[str, Any]]:
    """A row per scheme that a firm is found in; one that says so where it is in none."""
    told = {"rank": rank, "name": firm["firm"], "country": firm["country"], "families": firm["families"]}
    none = dict.fromkeys(set(SCHEMA) - set(told))
    for link in links:
        given = {"scheme": link.scheme, "id": link.id or None, "score": link.score, "reason": link.reason}
        yield {**none, **told, **given, **(registered(held, link) if link.id else {})}
    if not links:
        yield {**none, **told, "reason": "in no register that is held"}


REGISTERED = """
SELECT any_value(registered.name) AS registered_name, any_value(number) AS number,
    arg_max(organisation_parent.parent, kind) AS parent
FROM registered LEFT JOIN organisation USING (scheme, id) LEFT JOIN organisation_parent USING (scheme, id)
WHERE scheme = $scheme AND id = $id
"""


def registered(held: Patents, link: Link) -> dict[str, Any]:
    """What the register says of an organisation, and whose it is."""
    name, number, parent = held.connection.execute(REGISTERED, {"scheme": link.scheme, "id": link.id}).fetchall()[0]
    above = held.connection.execute(
        "SELECT any_value(name) FROM organisation WHERE scheme = $scheme AND id = $id",
        {"scheme": link.scheme, "id": parent},
    ).fetchall()[0][0]
    return {"registered_name": name, "number": number, "parent": parent, "parent_name": above}


def decisions(file: Path) -> dict[str, list[tuple[str, str]]]:
    """Name → (scheme, id) that people decided; raises UsageError for a row without a scheme."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, scheme, id_ in read_columns(file, ("name", "scheme", "id")).iter_rows():
        if not scheme:
            raise UsageError(f"{file.name} has a row without a scheme, for {name}: write lei, ror, cvr, ...")
        found[name].append((scheme.lower(), id_ or ""))
    return found
