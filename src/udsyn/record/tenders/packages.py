"""Files that hold many: tar and zip packages of notices, and JSON in one document, in lines, or compressed."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from udsyn.errors import UdsynError

#: bytes of one notice; the largest real ones have 10 MB
LARGEST = 64 * 1024 * 1024


def members(file: Path, suffix: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file of a kind in a package, or of the file itself.

    Raises UdsynError where the package is broken. A member larger than 64 MB is cut, so that its reader refuses it.
    """
    try:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as package:
                for entry in package.infolist():
                    if entry.filename.lower().endswith(suffix):
                        with package.open(entry) as content:
                            yield entry.filename, content.read(LARGEST)
        elif file.suffix.lower() != suffix and tarfile.is_tarfile(file):
            with tarfile.open(file) as package_:
                for member in package_:
                    if member.isfile() and member.name.lower().endswith(suffix):
                        yield member.name, package_.extractfile(member).read(LARGEST)  # type: ignore[union-attr]
        else:
            yield file.name, file.read_bytes()
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error) as error:
        raise UdsynError(f"{file.name} cannot be read to its end: {error}. Fetch it again.") from None


def documents(file: Path) -> Iterator[tuple[str, Any]]:
    """The JSON documents of a file with where each stands: one for the whole file, or one for each line."""
    try:
        raw = file.read_bytes()
        content = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise UdsynError(f"{file.name} cannot be read to its end: {error}. Fetch it again.") from None
    try:
        yield file.name, orjson.loads(content)
        return
    except orjson.JSONDecodeError as error:
        lines = [line for line in content.splitlines() if line.strip()]
        if len(lines) < 2:
            raise UdsynError(f"{file.name} is not JSON: {error}.") from None
    for number, line in enumerate(lines, 1):
        try:
            yield f"line {number}", orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield f"line {number}", error
