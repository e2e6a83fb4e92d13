"""YAML that people write by hand: only plain values, within bounds, so that no file stops or fills the reader."""

from __future__ import annotations

from typing import Any

import yaml

from udsyn.errors import UdsynError

#: libyaml's safe loader where the wheel has it; it is ten times as fast
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LARGEST = 1_000_000  #: characters: a page or two, not a book
DEEPEST = 50  #: lists and mappings inside one another
LONGEST = 1_000  #: characters of a bare word or number: YAML reads 1:1:1:… as one number to the base 60


def parse(text: str, where: str, largest: int = LARGEST) -> Any:
    """The values of a YAML text. Raises UdsynError that begins with `where` and says what is wrong.

    References (`&a`, `*a`) are refused: ten lines of them stand for more values than a machine holds.
    """
    if len(text) > largest:
        raise UdsynError(f"{where}: larger than {largest:,} characters.")
    try:
        check(text, where)
        return yaml.load(text, LOADER)  # noqa: S506, both loaders are the safe ones
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise UdsynError(f"{where} is not YAML: {' '.join(str(error).split())}") from None


def check(text: str, where: str) -> None:
    """Walk through what the text holds before anything is built of it."""
    depth = 0
    event: Any
    for event in yaml.parse(text, LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise UdsynError(f"{where}: references (*name) are not part of the language; write it out.")
        if depth > DEEPEST:
            raise UdsynError(f"{where}: lists stand more than {DEEPEST} deep inside one another.")
        value: str = getattr(event, "value", "")
        if len(value) > LONGEST and event.implicit[0] and " " not in value:
            raise UdsynError(f"{where}: a word or number of {len(value):,} characters.")
