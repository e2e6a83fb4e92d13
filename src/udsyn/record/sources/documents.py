"""Files of JSON that are not one object a line: arrays, pretty-printed objects, answers of the API.

`as_lines` gives any of them as JSON lines, so that all files are read by the same code. Arrays as large as ROR's
release are turned round piece by piece, in bounded memory, beside on disk.
"""

from __future__ import annotations

import codecs
import io
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, BinaryIO, cast

import orjson

from udsyn.errors import UdsynError
from udsyn.record.sources.lines import BYTE_ORDER_MARK, blocks

#: Bytes at a file's start by which it is told what it is.
HEAD = 64 << 10
#: A value of a document may hold so many characters.
LONGEST_VALUE = 128 << 20
#: Lines of which a document, not an object a line, begins: only brackets, a list, or an answer of the API.
OPENS = re.compile(rb'^\s*(\{[\s\[{]*$|\[\s*(\{|$)|\{\s*"(meta|results)"\s*:)')
GAP = re.compile(r"[\s,]*")
#: What the API says of a work in a list whose authors it has cut off, and why such a work is set aside.
CUT = "is_authors_truncated"
CUT_REASON = "its list of authors is cut off: fetch the work alone, which gives all (`udsyn fetch works` does)"
#: How files begin that are no data, or not yet: what they are and what to do.
KINDS = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook (.xlsx): unpack it, or save its sheet as CSV (UTF-8)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls): save its sheet as CSV (UTF-8)"),
    (b"version https://git-lfs", "a pointer of Git LFS and not the data: fetch it with `git lfs pull`"),
    (b"PAR1", "a Parquet file: give it a name that ends in .parquet"),
    (b"BZh", "packed with bzip2: unpack it, or pack it with gzip"),
    (b"\xfd7zXZ", "packed with xz: unpack it, or pack it with gzip"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd: unpack it, or pack it with gzip"),
    (b"%PDF", "a PDF document"),
    (b"<", "a page of HTML or XML, perhaps the error page of a download: fetch the file again"),
)


def kind_of(head: bytes) -> str | None:
    """What a file is by its first bytes, where that is nothing that is read as text."""
    start = head.removeprefix(BYTE_ORDER_MARK).lstrip()
    return next((kind for mark, kind in KINDS if start.startswith(mark)), None)


def as_lines(file: BinaryIO, name: str) -> BinaryIO:
    """The file itself where it holds an object a line, else a file that does.

    Raises UdsynError where a document ends too early or breaks off, BrokenFileError where its packing is damaged.
    """
    head = first_bytes(blocks(file, name))
    file.seek(0)
    if not is_document(head):
        return file
    lines = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115, handed on
    for value in values_of(blocks(file, name), name):
        lines.write(orjson.dumps(value) + b"\n")
    lines.seek(0)
    return lines


def is_document(head: bytes) -> bool:
    """Whether a file that begins so is one document (or several), and not an object a line."""
    lines = [line for line in head.removeprefix(BYTE_ORDER_MARK).splitlines() if line.strip()]
    if not lines:
        return False
    try:
        first = orjson.loads(lines[0])
    except ValueError:
        return bool(OPENS.match(lines[0])) and not any(is_object(line) for line in lines[1:20])
    if isinstance(first, list):
        return len(lines) == 1 and all(isinstance(item, dict) for item in first)
    return is_answer(first)


def is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except ValueError:
        return False


def is_cut(line: bytes) -> bool:
    """Whether a line is a work whose authors a list has cut off."""
    return CUT.encode() in line and bool(orjson.loads(line).get(CUT))


def is_answer(value: Any) -> bool:
    """Whether a value is a page of the API's answer: results, with what is said about them."""
    return isinstance(value, dict) and isinstance(value.get("results"), list) and "id" not in value


def first_bytes(inflated: Iterable[bytes]) -> bytes:
    head = b""
    for block in inflated:
        head += block
        if len(head) >= HEAD:
            break
    return head[:HEAD]


def values_of(inflated: Iterable[bytes], name: str) -> Iterator[Any]:
    """The objects of documents one after another: of a list its items, of an answer its results."""
    decoder = json.JSONDecoder(parse_constant=refuse)
    text, held, inside, done = codecs.getincrementaldecoder("utf-8")(), "", False, 0
    for block in chain(inflated_once(inflated), (None,)):
        try:
            held += text.decode(block or b"", final=block is None)
        except UnicodeDecodeError as error:
            raise UdsynError(f"{name} is not UTF-8 text ({error.reason}). Save it as UTF-8.") from None
        at = 0
        while True:
            at = cast(re.Match[str], GAP.match(held, at)).end()
            if at < len(held) and held[at] in "[]":
                inside, at = held[at] == "[", at + 1
                continue
            try:
                value, at = decoder.raw_decode(held, at)
            except ValueError as error:
                if block is None and held[at:].strip():
                    raise UdsynError(f"{name} breaks off after {done:,} objects ({error}). Fetch it again.") from None
                break
            found = value["results"] if is_answer(value) else [value]
            done += len(found)
            yield from found
        held = held[at:]
        if len(held) > LONGEST_VALUE:
            raise UdsynError(f"{name} holds a value of more than {LONGEST_VALUE >> 20} MB: write an object a line.")
    if inside:
        raise UdsynError(f"{name} breaks off after {done:,} objects: its list does not end. Fetch it again.")


def inflated_once(inflated: Iterable[bytes]) -> Iterator[bytes]:
    """Larger blocks, since each is searched from its start."""
    gathered = io.BytesIO()
    for block in inflated:
        gathered.write(block)
        if gathered.tell() >= 4 << 20:
            yield gathered.getvalue()
            gathered = io.BytesIO()
    yield gathered.getvalue()


def refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def demand_objects(file: BinaryIO, name: str) -> None:
    """Raise UdsynError where no line of a file could be an object: told before every line of it is set aside."""
    rest, any_line = b"", False
    for block in blocks(file, name):
        *whole, rest = (rest + block).split(b"\n")
        filled = [line for line in whole if line.strip()]
        any_line = any_line or bool(filled)
        if any(line.lstrip(b" \t\r").startswith(b"{") for line in filled):
            break
    else:
        if (any_line or rest.strip()) and not rest.lstrip().startswith(b"{"):
            file.seek(0)
            what = (
                kind_of(first_bytes(blocks(file, name))) or "no JSON: neither an object a line, nor a list of objects"
            )
            raise UdsynError(f"{name} cannot be read: it is {what}.")
    file.seek(0)
