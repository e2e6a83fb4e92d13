"""Files that people write by hand, YAML, JSON and text: plain values, within bounds, so that none stops the reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from udsyn.errors import UdsynError

#: libyaml's safe loader where the wheel has it; it is ten times as fast
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LARGEST = 1_000_000  #: characters: a page or two, not a book
LARGEST_FILE = 32 * 1024 * 1024  #: bytes of a file of cases or rates
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


def load_text(path: Path, largest: int = LARGEST_FILE) -> str:
    """The text of a file in UTF-8. Raises UdsynError where it is none, or has more bytes than `largest`."""
    try:
        return load_bytes(path, largest).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UdsynError(f"{path.name} is not text in UTF-8.") from None


def load_json(path: Path, largest: int = LARGEST_FILE) -> Any:
    """What a JSON file says. Raises UdsynError where it is none, or has more bytes than `largest`."""
    try:
        return json.loads(load_bytes(path, largest))
    except (ValueError, RecursionError) as error:
        raise UdsynError(f"{path.name} is not JSON: {error}.") from None


def load_bytes(path: Path, largest: int) -> bytes:
    if path.stat().st_size > largest:
        raise UdsynError(f"{path.name}: larger than {largest >> 20} MB.")
    return path.read_bytes()
