"""Documents that sources send, read as a stream: a file of any size in bounded memory, gzip or plain.

What is no such document (a page that says "too many requests", half a file) raises UdsynError; nothing of it is kept.
"""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

import ijson
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from udsyn.errors import UdsynError

PAGE = re.compile(rb"\s*<(!doctype\s+html|html)\b", re.IGNORECASE)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
HEAD = 1024
DAMAGED = (gzip.BadGzipFile, EOFError, zipfile.BadZipFile, OSError)


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file's bytes, unpacked. Raises UdsynError for a web page, an empty file and a damaged one."""
    with path.open("rb") as raw:
        head = raw.read(4)
    try:
        if head[:2] == b"\x1f\x8b":
            with gzip.open(path) as file:
                yield checked(file, path.name)
        elif head == b"PK\x03\x04":
            with zipfile.ZipFile(path) as archive, archive.open(only_member(archive, path.name)) as file:
                yield checked(file, path.name)
        else:
            with path.open("rb") as file:
                yield checked(file, path.name)
    except DAMAGED as error:
        raise UdsynError(f"{path.name} is damaged or ends too early ({error}). Fetch it again.") from None


def only_member(archive: zipfile.ZipFile, name: str) -> str:
    members = [one for one in archive.namelist() if not one.endswith("/")]
    if len(members) != 1:
        raise UdsynError(f"{name} holds {len(members)} files; unpack it and name the one that holds calls.")
    return members[0]


def checked(file: Any, name: str) -> IO[bytes]:
    """The file at its beginning, behind a byte order mark."""
    head = file.read(HEAD)
    if not head.strip():
        raise UdsynError(f"{name} is empty.")
    if PAGE.match(head.removeprefix(BYTE_ORDER_MARK)):
        raise UdsynError(f"{name} is a web page, not data: the source answered with a message. Fetch it again later.")
    file.seek(len(BYTE_ORDER_MARK) if head.startswith(BYTE_ORDER_MARK) else 0)
    found: IO[bytes] = file
    return found


def items(path: Path, *places: str) -> Iterator[tuple[str, Any]]:
    """What stands in the first of these places that the JSON document has, one at a time, with the place.

    A place is as `a.b.item` for each of an array, `a` for one object. Raises UdsynError where the document has none of
    them, or is not whole.
    """
    try:
        for place in places:
            found = False
            with opened(path) as file:
                for one in ijson.items(file, place, use_float=True):
                    found = True
                    yield place, one
            if found:
                return
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise UdsynError(f"{path.name} is not a whole JSON document: {reason(error)}. Fetch it again.") from None
    raise UdsynError(f"{path.name} holds no calls where they should stand ({', '.join(places)}).")


def elements(path: Path, names: frozenset[str]) -> Iterator[Element]:
    """The elements of these names (without their namespace), each dropped when it has been read."""
    try:
        with opened(path) as file:
            parents: list[Element] = []
            for event, element in iterparse(file, events=("start", "end")):
                if event == "start":
                    parents.append(element)
                    continue
                parents.pop()
                if bare(element.tag) in names:
                    yield element
                    parents[-1].remove(element) if parents else element.clear()
    except (ParseError, DefusedXmlException) as error:
        raise UdsynError(f"{path.name} is not whole XML: {reason(error)}. Fetch it again.") from None


def bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def reason(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
