"""Releases and records of the Open Contracting Data Standard 1.1, merged to what holds now, as rows.

A process is published as releases, each of which says what is new; merging them by the standard's rules gives its
state (https://standard.open-contracting.org/latest/en/schema/merging/). The library would fetch the schema for its
rules; the standard's own are few and stand here, so that nothing is fetched.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from udsyn.record.shelf import Fault, Row
from udsyn.record.tenders import packages
from udsyn.record.tenders.process import process

Json = dict[str, Any]
#: Lists that a release replaces as a whole, wherever they stand.
WHOLE = frozenset({"additionalIdentifiers", "additionalClassifications", "changes"})
#: What belongs to a release and not to the process.
OMITTED = frozenset({"id", "date", "tag"})
#: What a release says of people.
PERSONAL = frozenset({"contactPoint", "persones"})


class Rules(dict[tuple[str, ...], str]):
    """The standard's merge rules by path. Lists of anything but objects are replaced as a whole without a rule."""

    def get(self, path: tuple[str, ...], default: Any = None) -> Any:
        if len(path) == 1 and path[0] in OMITTED:
            return "omitWhenMerged"
        return "wholeListMerge" if path[-1] in WHOLE else default


def merged(releases: Iterable[Json]) -> Json:
    """The compiled release of all releases of one process. Raises ValueError where they cannot be merged."""
    from ocdsmerge import Merger  # it brings a client of the web, and only a load merges
    from ocdsmerge.exceptions import DuplicateIdValueWarning, OCDSMergeError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DuplicateIdValueWarning)  # the later of two with one id stands, as published
        try:
            found: Json = Merger(merge_rules=Rules()).create_compiled_release(list(releases))
        except OCDSMergeError as error:
            raise ValueError(str(error)) from None
    return found


def nothing(_: Iterable[str]) -> Mapping[str, list[Json]]:
    """No releases held before."""
    return {}


def read(
    file: Path, *, contacts: bool = False, earlier: Callable[[Iterable[str]], Mapping[str, list[Json]]] = nothing
) -> Iterator[Row | Fault]:
    """A package of releases or of records, a list, or lines of them, each process merged with what was held before.

    `earlier` gives the releases held of processes, by ocid. The version of a process is the number of its releases,
    so that a later load replaces it.
    """
    found: dict[str, list[Json]] = defaultdict(list)
    for where, document in packages.documents(file):
        for number, release in enumerate(releases(document), 1):
            problem = unfit(release)
            if problem:
                yield Fault(f"{where}, release {number}", problem, str(release))
            else:
                found[release["ocid"]].append(release if contacts else without(release, PERSONAL))
    before = earlier(found)
    for ocid, new in found.items():
        held = {orjson.dumps(release): release for release in [*before.get(ocid, ()), *new]}
        try:
            rows = list(process(ocid, merged(held.values()), list(held.values()), contacts=contacts))
        except ValueError as error:
            yield Fault(ocid, str(error))
            continue
        yield from rows
        for release in new:
            row = {"notice": ocid, "date": release.get("date"), "release": orjson.dumps(release).decode()}
            yield Row("releases", row)


def releases(document: Any) -> Iterator[Any]:
    """The releases of a document: of a record those that it is made of, else the one it was compiled to."""
    if isinstance(document, list):
        for part in document:
            yield from releases(part)
    elif not isinstance(document, dict):
        yield document
    elif "records" in document or ("releases" in document and "ocid" not in document):
        yield from releases(document.get("records", document.get("releases")))
    elif "compiledRelease" in document or "releases" in document:
        whole = [one for one in document.get("releases") or () if isinstance(one, dict) and "ocid" in one]
        yield from whole or (document.get("compiledRelease"),)
    else:
        yield document


def unfit(release: Any) -> str | None:
    """Why a release cannot be merged; None where it can."""
    if not isinstance(release, dict):
        return f"no release: {type(release).__name__}"
    if not isinstance(release.get("ocid"), str) or not release["ocid"]:
        return "it has no ocid"
    if not isinstance(release.get("date"), str):
        return "it has no date"
    return None


def without(value: Any, names: frozenset[str]) -> Any:
    """A JSON value without the named keys, at any depth."""
    if isinstance(value, dict):
        return {key: without(inner, names) for key, inner in value.items() if key not in names}
    return [without(inner, names) for inner in value] if isinstance(value, list) else value
