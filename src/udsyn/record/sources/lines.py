"""Read JSON lines in bounded pieces: gzip or plain, inflated by ISA-L, cut at line ends."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from isal import igzip, isal_zlib

from udsyn.errors import UdsynError

#: Bytes of JSON handed to the engine at a time. Bounds memory whatever the size of the input.
CHUNK_BYTES = 64 << 20
#: A line longer than this is set aside unread: no work is that long.
LONGEST_LINE = 256 << 20
READ_BYTES = 1 << 20
#: What inflation raises on a damaged stream.
DAMAGED = (OSError, zlib.error, cast(type[Exception], isal_zlib.error))


@dataclass(frozen=True)
class Chunk:
    """Whole lines of a file; `first_line` counts from 1. `refused` says why a line could not be read at all."""

    lines: bytes
    first_line: int
    refused: str | None = None


class BrokenFileError(UdsynError):
    """A file that ends too early or is not what its name says."""


def inflate(file: BinaryIO, name: str) -> BinaryIO:
    """The file's content, inflated when it starts as gzip does."""
    head = file.read(2)
    file.seek(0)
    return cast(BinaryIO, igzip.GzipFile(fileobj=file, mode="rb")) if head == b"\x1f\x8b" else file


def chunks(file: BinaryIO, name: str, size: int = CHUNK_BYTES) -> Iterator[Chunk]:
    """Cut a file into chunks of about `size` bytes that end at a line's end.

    Raises BrokenFileError when a gzip file is truncated or damaged.
    """
    source = inflate(file, name)
    kept: list[bytes] = []
    held, line, skipping = 0, 1, False
    while block := read_block(source, name, line):
        if skipping:
            end = block.find(b"\n")
            if end < 0:
                continue
            block, skipping = block[end + 1 :], False
            line += 1
        kept.append(block)
        held += len(block)
        if held < size:
            continue
        data = b"".join(kept)
        end = data.rfind(b"\n") + 1
        if end:
            yield Chunk(data[:end], line)
            line += data.count(b"\n", 0, end)
            kept, held = [data[end:]], len(data) - end
        elif held > LONGEST_LINE:
            yield Chunk(data[:200], line, f"a line of more than {LONGEST_LINE >> 20} MB")
            kept, held, skipping = [], 0, True
    rest = b"".join(kept)
    if rest.strip():
        yield Chunk(rest, line)


def read_block(source: BinaryIO, name: str, line: int) -> bytes:
    """The next inflated bytes; a damaged stream says where it broke."""
    try:
        return source.read(READ_BYTES)
    except EOFError:
        raise BrokenFileError(f"{name} ends too early (truncated gzip, after line {line:,}).") from None
    except DAMAGED as error:
        raise BrokenFileError(f"{name} is damaged (gzip, after line {line:,}: {error}).") from None


def lines_of(chunk: Chunk) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank, with its number."""
    for number, line in enumerate(io.BytesIO(chunk.lines), chunk.first_line):
        if line.strip():
            yield number, line
