"""Read JSON lines in bounded pieces: gzip or plain, inflated by ISA-L, cut at line ends."""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from isal import igzip, isal_zlib

from udsyn.errors import UdsynError

#: Bytes of JSON handed to the engine at a time. Bounds memory whatever the size of the input.
CHUNK_BYTES = 48 << 20
#: A longer line is set aside unread: no work is that long.
LONGEST_LINE = 128 << 20
#: Inflated at a time: small enough to stay in the processor's cache.
BLOCK_BYTES = 256 << 10
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: What inflation raises on a damaged stream.
DAMAGED = (OSError, zlib.error, cast(type[Exception], isal_zlib.error))


class BrokenFileError(UdsynError):
    """A file that ends too early or is damaged."""


@dataclass(frozen=True)
class Chunk:
    """Whole lines of a file, waiting on the slate; `first_line` counts from 1.

    `refused` is the start of a line without end, of which nothing waits.
    """

    first_line: int
    size: int
    refused: bytes | None = None


class Slate:
    """A file in memory that is written over and over: where chunks wait for the engine to read them."""

    def __init__(self) -> None:
        if hasattr(os, "memfd_create"):
            self.descriptor = os.memfd_create("udsyn")
            self.path = f"/proc/self/fd/{self.descriptor}"
        else:
            self.descriptor, self.path = tempfile.mkstemp(prefix="udsyn-", suffix=".jsonl")

    def write(self, data: bytes, at: int = 0) -> None:
        os.pwrite(self.descriptor, data, at)

    def cut(self, size: int) -> None:
        os.ftruncate(self.descriptor, size)

    def fill(self, data: bytes) -> None:
        self.write(data)
        self.cut(len(data))

    def read(self, size: int, at: int = 0) -> bytes:
        return os.pread(self.descriptor, size, at)

    def close(self) -> None:
        os.close(self.descriptor)
        if not self.path.startswith("/proc"):
            os.unlink(self.path)


def chunks(file: BinaryIO, name: str, slate: Slate, size: int = CHUNK_BYTES) -> Iterator[Chunk]:
    """Put a file's lines on the slate, about `size` bytes at a time, and yield each time that it is full.

    Raises BrokenFileError when a gzip file is truncated or damaged.
    """
    line, held, whole, ends = 1, 0, 0, 0  # first line's number; bytes on the slate; those in whole lines; line ends
    skipping = False
    for block in blocks(file, name):
        if skipping:
            end = block.find(b"\n")
            if end < 0:
                continue
            block, skipping, line = block[end + 1 :], False, line + 1
        slate.write(block, held)
        if (end := block.rfind(b"\n")) >= 0:
            whole = held + end + 1
            ends += block.count(b"\n")
        held += len(block)
        if whole and held >= min(size, LONGEST_LINE):
            rest = slate.read(held - whole, whole)
            slate.cut(whole)
            yield Chunk(line, whole)
            slate.write(rest)
            line, held, whole, ends = line + ends, len(rest), 0, 0
        elif held > LONGEST_LINE:
            yield Chunk(line, 0, slate.read(200))
            held, skipping = 0, True
    if held:
        slate.cut(held)
        yield Chunk(line, held)


def blocks(file: BinaryIO, name: str) -> Iterator[bytes]:
    """The file's inflated bytes."""
    head = file.read(3)
    file.seek(0)
    source = cast(BinaryIO, igzip.GzipFile(fileobj=file, mode="rb")) if head[:2] == b"\x1f\x8b" else file
    done = 0
    try:
        while block := source.read(BLOCK_BYTES):
            yield block[3:] if not done and block.startswith(BYTE_ORDER_MARK) else block
            done += len(block)
    except EOFError:
        raise BrokenFileError(f"{name} ends too early: a truncated gzip file, after {done:,} bytes or more.") from None
    except DAMAGED as error:
        raise BrokenFileError(f"{name} is damaged {done:,} bytes in ({error}).") from None


def numbered(lines: bytes, first: int) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank, with its number."""
    for number, line in enumerate(lines.split(b"\n"), first):
        if line.strip():
            yield number, line.rstrip(b"\r")
