"""FollowTheMoney entities, one JSON object a line, as OpenSanctions and others publish lists.

What is listed is a person, body, vessel or thing; what lists it is an entity of the schema Sanction that names it, in
a line of its own or nested in it (`targets.nested.json`). A listing is each pair of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from udsyn.errors import UdsynError
from udsyn.record.lists import dates
from udsyn.record.lists.listing import KINDS, PERSON, STATEMENTS, listing
from udsyn.record.lists.naming import list_of
from udsyn.record.shelf import Fault, Row

NAME = "ftm"
#: Topics that say of an entity without a Sanction of its own that a list restricts it.
LISTED = ("sanction", "export.control", "invest.risk", "debarment")
Entity = dict[str, Any]


def read(path: Path) -> Iterator[Row | Fault]:
    """A listing for each listed entity and each sanction of it. Raises UdsynError for a file of another form."""
    name = list_of(NAME, path)
    sanctions, addresses = linked(path)
    yield Row(STATEMENTS, {"list": name, "act": name, "whole": True})
    for number, line in lines(path):
        try:
            entity = entity_of(line)
        except ValueError as error:
            yield Fault(f"line {number}", str(error), line.decode(errors="replace"))
            continue
        if entity["schema"].lower() not in KINDS:
            continue
        of_it = [*nested(entity, "sanctions"), *sanctions.get(entity["id"], [])]
        if not of_it and not any(topic.startswith(LISTED) for topic in values(entity, "topics")):
            continue
        if not (values(entity, "name") or entity.get("caption")):
            yield Fault(f"line {number}", "no name", line.decode(errors="replace"))
            continue
        where = [full for key in values(entity, "addressEntity") for full in addresses.get(key, [])]
        for sanction in of_it or [{"id": "", "properties": {}}]:
            yield of(entity, sanction, where, name, number)


def of(entity: Entity, sanction: Entity, where: list[str], list_: str, number: int) -> Row:
    names = values(entity, "name") or [entity["caption"]]
    kind = KINDS[entity["schema"].lower()]
    measures = values(sanction, "measures") or values(sanction, "provisions") or values(sanction, "program")
    first = values(sanction, "startDate") or values(sanction, "listingDate")
    addressed = [full for address in nested(entity, "addressEntity") for full in values(address, "full")]
    return listing(
        {**entity["properties"], "sanction": sanction["properties"]},
        list=list_,
        act="; ".join(values(sanction, "authority")) or list_,
        record_id=f"{entity['id']} {sanction['id']}".strip(),
        programme="; ".join(values(sanction, "programId") or values(sanction, "program")),
        measure="; ".join(measures or [topic for topic in values(entity, "topics") if topic.startswith(LISTED)]),
        in_force_from=min((day for said in first if (day := dates.read(said))), default=None),
        known_from=min((day for said in values(sanction, "listingDate") if (day := dates.read(said))), default=None),
        until=max((day for said in values(sanction, "endDate") if (day := dates.read(said))), default=None),
        kind=kind,
        name=names[0],
        names=names[1:] + values(entity, "alias") + values(entity, "previousName"),
        weak_names=values(entity, "weakAlias"),
        countries=[]
        if kind == PERSON
        else values(entity, "jurisdiction") or values(entity, "mainCountry") or values(entity, "country"),
        addresses=values(entity, "address") + addressed + where,
        birth_dates=values(entity, "birthDate"),
        where=f"line {number}",
    )


def linked(path: Path) -> tuple[dict[str, list[Entity]], dict[str, list[str]]]:
    """Sanctions by what they list, and addresses by their id: they may stand in any line."""
    sanctions: dict[str, list[Entity]] = {}
    addresses: dict[str, list[str]] = {}
    read_any = False
    for _, line in lines(path):
        try:
            entity = entity_of(line)
        except ValueError:
            continue  # told in the second pass, with its line
        read_any = True
        if entity["schema"] == "Sanction":
            for key in values(entity, "entity"):
                sanctions.setdefault(key, []).append(entity)
        elif entity["schema"] == "Address":
            addresses[entity["id"]] = values(entity, "full")
    if not read_any:
        raise UdsynError(f"{path} holds no FollowTheMoney entities, one JSON object a line. Name its form with --as.")
    return sanctions, addresses


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line


def entity_of(line: bytes) -> Entity:
    """An entity. Raises ValueError that says why a line is none."""
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"no JSON ({error})") from None
    if not (
        isinstance(found, dict)
        and isinstance(found.get("id"), str)
        and isinstance(found.get("schema"), str)
        and isinstance(found.get("properties"), dict)
    ):
        raise ValueError("no entity: it needs id, schema and properties")
    return found


def values(entity: Entity, name: str) -> list[str]:
    """The texts of a property; a single one may stand without its list."""
    found = entity["properties"].get(name) or []
    return [value for value in (found if isinstance(found, list) else [found]) if isinstance(value, str)]


def nested(entity: Entity, name: str) -> list[Entity]:
    """The entities within a property."""
    found = entity["properties"].get(name) or []
    return [
        value
        for value in (found if isinstance(found, list) else [found])
        if isinstance(value, dict) and isinstance(value.get("properties"), dict)
    ]
