"""Reads the shipped files, checked on load. Each file is read once."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

from udsyn.errors import UdsynError

if TYPE_CHECKING:
    from udsyn.facts.models import Group, Model, Source

#: kind of fact → its model in `facts.models`, loaded when facts are; the file is data/<kind>.yaml
KINDS = {
    "agreements": "Agreement",
    "centres": "Centre",
    "posts": "Post",
    "programmes": "Programme",
    "visiting_partners": "VisitingPartner",
    "figures": "Figure",
    "security": "SecurityList",
    "procurement": "Procurement",
}

M = TypeVar("M", bound="Model")


@cache
def read(name: str) -> Any:
    """The content of data/<name>.yaml, by libyaml where the wheel has it: it is ten times as fast."""
    import yaml  # loaded where facts are: a question that names codes needs none

    text = files(__package__).joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506, both loaders are the safe ones


def model_of(name: str) -> Any:
    """A model by its name."""
    return getattr(import_module("udsyn.facts.models"), name)


def validate(name: str, model: type[M], rows: list[dict[str, Any]]) -> tuple[M, ...]:
    """Rows as models; the first wrong one is named."""
    from pydantic import ValidationError

    found = []
    for row in rows:
        try:
            found.append(model.model_validate(row))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise UdsynError(f"facts/data/{name}.yaml, {row.get('id', row)}: {where} {first['msg']}.") from None
    return tuple(found)


@cache
def sources() -> dict[str, Source]:
    rows = [{"key": key, **row} for key, row in read("sources").items()]
    return {source.key: source for source in validate("sources", model_of("Source"), rows)}


@cache
def load(kind: str) -> tuple[Any, ...]:
    """All facts of a kind, in the file's order, each with known sources and an id of its own."""
    facts = validate(kind, model_of(KINDS[kind]), read(kind))
    seen: set[str] = set()
    for fact in facts:
        unknown = set(fact.sources) - set(sources())
        if unknown or fact.id in seen:
            problem = f"source {sorted(unknown)[0]} is not in sources.yaml" if unknown else "its id is taken"
            raise UdsynError(f"facts/data/{kind}.yaml, {fact.id}: {problem}.")
        seen.add(fact.id)
    return facts


@cache
def groups() -> tuple[Group, ...]:
    """Groups of countries with dated memberships."""
    return validate("countries", model_of("Group"), read("countries")["groups"])
