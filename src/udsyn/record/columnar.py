"""Parts of the Parquet release: read the leaves that are wanted, and fail clearly where a file is not as documented."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from udsyn.errors import UdsynError
from udsyn.record.parser import demand_ids, first_line

#: Objects that are read at a time.
ROWS = 5_000
#: What Parquet writers put between a list and what it holds.
NESTED = ("struct", "list", "map")
BETWEEN = {"list", "element", "item", "bag", "array", "array_element", "key_value"}


def objects_in(
    connection: duckdb.DuckDBPyConnection,
    file: BinaryIO,
    path: str,
    entity: str,
    columns: Mapping[str, str],
    ids: str,
) -> Iterator[pa.Table]:
    """The file's objects in the given columns (name → DuckDB type), some rows at a time.

    Raises UdsynError naming what is wrong: no Parquet file, a column that differs, an object without its id.
    """
    try:
        source = pq.ParquetFile(file, arrow_extensions_enabled=False)  # JSON comes as text
    except (pa.ArrowException, OSError) as error:
        raise UdsynError(f"{path} is no Parquet file that can be read ({first_line(error)}).") from None
    wanted = {name: duckdb.sqltype(type_) for name, type_ in columns.items()}
    held = connection.from_arrow(source.schema_arrow.empty_table())
    demand_columns(path, wanted, dict(zip(held.columns, held.types, strict=True)))
    named = {leaf for name, type_ in wanted.items() for leaf in leaves(name, type_)}
    every = [source.schema.column(at).path for at in range(len(source.schema))]
    chosen = [leaf for leaf in every if wanted_leaf(leaf, named)]
    done = 0
    try:
        for batch in source.iter_batches(ROWS, columns=chosen, use_threads=False):
            objects = cast(connection, pa.Table.from_batches([batch]), wanted)
            demand_ids(objects, entity, ids)
            yield objects
            done += len(objects)
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise UdsynError(f"{path}, rows {done:,} and after: {first_line(error)}.") from None


def leaves(path: str, type_: Any) -> Iterator[str]:
    """The paths of a type's leaves; of a map only its own path, since all of it is wanted."""
    if type_.id == "struct":
        for name, inner in type_.children:
            yield from leaves(f"{path}.{name}", inner)
    elif type_.id == "list":
        yield from leaves(path, type_.children[0][1])
    else:
        yield path


def wanted_leaf(leaf: str, named: set[str]) -> bool:
    """Whether a leaf of a file is one of those named, part of a map that is, or holds some of them as JSON."""
    steps = [step for step in leaf.split(".") if step not in BETWEEN]
    if any(name.startswith(f"{'.'.join(steps)}.") for name in named):
        return True
    return any(".".join(steps[:count]) in named for count in range(1, len(steps) + 1))


def cast(connection: duckdb.DuckDBPyConnection, rows: pa.Table, wanted: Mapping[str, Any]) -> pa.Table:
    """The rows with the wanted columns and types. Raises duckdb.Error where a value does not fit."""
    held = connection.from_arrow(rows)
    types = dict(zip(held.columns, held.types, strict=True))
    odd = {name: type_ for name, type_ in wanted.items() if types[name] != type_}
    if odd:
        listed = ", ".join(f'{fitting(name, types[name], type_)} AS "{name}"' for name, type_ in odd.items())
        fitted = held.project(listed).to_arrow_table()
    return pa.table({name: (fitted if name in odd else rows)[name] for name in wanted})


INTEGERS = ("tinyint", "smallint", "integer", "bigint")


def fitting(name: str, held: Any, wanted: Any) -> str:
    """SQL of a column in the wanted type. Lists and structs that are held as JSON are read; no fraction is rounded."""
    if wanted.id in INTEGERS and held.id in ("float", "double", "decimal"):
        return (
            f"CASE WHEN \"{name}\" % 1 <> 0 THEN error('{name} ' || \"{name}\" || ' is no whole number') "
            f'ELSE CAST("{name}" AS {wanted}) END'
        )
    as_json = is_text(held) and wanted.id in NESTED
    of_json = held.id == "list" and wanted.id == "list" and is_text(held.children[0][1])
    if as_json:
        return f"json_transform(\"{name}\", '{json.dumps(structure(wanted))}')"
    if of_json and wanted.children[0][1].id in NESTED:
        return f"json_transform(to_json(CAST(\"{name}\" AS JSON[])), '{json.dumps(structure(wanted))}')"
    return f'CAST("{name}" AS {wanted})'


def structure(wanted: Any) -> Any:
    """A type as `json_transform` takes it."""
    if wanted.id == "struct":
        return {name: structure(inner) for name, inner in wanted.children}
    if wanted.id == "list":
        return [structure(wanted.children[0][1])]
    return str(wanted)


def is_text(held: Any) -> bool:
    return bool(held.id in ("varchar", "json"))


def demand_columns(path: str, wanted: Mapping[str, Any], held: Mapping[str, Any]) -> None:
    """Raise UdsynError naming the first column in which a Parquet file is not as documented."""
    if "id" not in held and "authorships" not in held:
        raise UdsynError(
            f"{path} has no column id: it holds {', '.join(list(held)[:6])}, ... and no OpenAlex objects. A table "
            "flattened per work does not say which author works where, so nobody's share of a work can be had from it. "
            "Read the same works as objects (`udsyn fetch works`), or load what you count (`udsyn ingest panel`)."
        )
    for name, type_ in wanted.items():
        trouble = f"has no column {name}" if name not in held else difference(name, type_, held[name])
        if trouble:
            raise UdsynError(f"{path} {trouble}. The release differs from its documentation; nothing of it was read.")


def difference(name: str, wanted: Any, held: Any) -> str | None:
    """What is wrong with a column's type, or None. Scalars are cast; lists, structs and their members must be there."""
    if wanted.id not in NESTED:
        return f"has {held} in column {name} instead of {wanted}" if held.id in NESTED else None
    if is_text(held):
        return None
    if wanted.id == "map":
        return None if held.id == "map" else f"has {held} in column {name} instead of {wanted}"
    if held.id != wanted.id:
        return f"has {held} in column {name} instead of a {wanted.id}"
    if wanted.id == "list":
        return difference(name, wanted.children[0][1], held.children[0][1])
    members = dict(held.children)
    for member, type_ in wanted.children:
        if member not in members:
            return f"has no column {name}.{member}"
        if trouble := difference(f"{name}.{member}", type_, members[member]):
            return trouble
    return None
