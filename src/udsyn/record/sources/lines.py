"""Read JSON lines in bounded pieces: gzip or plain, inflated by ISA-L, cut at line ends."""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

import numpy as np
from isal import igzip, isal_zlib

from udsyn.errors import UdsynError

#: A longer line is set aside unread: no work is that long.
LONGEST_LINE = 128 << 20
#: Inflated at a time: small enough to stay in the processor's cache.
BLOCK_BYTES = 256 << 10
#: Bytes that may be read, but not used, behind a chunk: scanners compare whole blocks.
PADDING = 64
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: What inflation raises on a damaged stream.
DAMAGED = (OSError, zlib.error, cast(type[Exception], isal_zlib.error))


class BrokenFileError(UdsynError):
    """A file that ends too early or is damaged."""


@dataclass(frozen=True)
class Chunk:
    """Whole lines of a file, each with its end, as bytes that are overwritten by the next chunk.

    `refused` is the start of a line without end, of which nothing else is kept.
    """

    text: np.ndarray
    refused: bytes | None = None

    def lines(self, first: int) -> list[tuple[int, bytes]]:
        """Each line that is not blank, with its number, the first line having the number given."""
        numbered = enumerate(self.text.tobytes().split(b"\n"), first)
        return [(number, line.rstrip(b"\r")) for number, line in numbered if line.strip()]


class Slate:
    """A file in memory that is written over and over: where lines wait for the engine to read them."""

    def __init__(self) -> None:
        if hasattr(os, "memfd_create"):
            self.descriptor = os.memfd_create("udsyn")
            self.path = f"/proc/self/fd/{self.descriptor}"
        else:
            self.descriptor, self.path = tempfile.mkstemp(prefix="udsyn-", suffix=".jsonl")

    def fill(self, data: bytes | np.ndarray) -> None:
        os.ftruncate(self.descriptor, 0)
        rest = memoryview(cast(bytes, data))
        while rest:
            rest = rest[os.pwrite(self.descriptor, rest, len(data) - len(rest)) :]

    def close(self) -> None:
        os.close(self.descriptor)
        if not self.path.startswith("/proc"):
            os.unlink(self.path)


def chunks(file: BinaryIO, name: str, size: int) -> Iterator[Chunk]:
    """A file's lines, about `size` bytes at a time; longer lines make longer chunks.

    Raises BrokenFileError when a gzip file is truncated or damaged.
    """
    held = np.empty(size + BLOCK_BYTES + PADDING, np.uint8)
    filled = whole = 0  # bytes held, and those of them in whole lines
    skipping = False
    for block in blocks(file, name):
        if skipping:
            end = block.find(b"\n")
            if end < 0:
                continue
            block, skipping = block[end + 1 :], False
        held = with_room(held, filled, filled + len(block) + 1)
        held[filled : filled + len(block)] = np.frombuffer(block, np.uint8)
        if (end := block.rfind(b"\n")) >= 0:
            whole = filled + end + 1
        filled += len(block)
        if whole and filled >= min(size, LONGEST_LINE):
            yield Chunk(held[:whole])
            rest = filled - whole
            held[:rest] = held[whole:filled].copy()
            filled, whole = rest, 0
        elif filled > LONGEST_LINE:
            yield Chunk(held[:0], held[:200].tobytes())
            filled, skipping = 0, True
    if filled:
        held[filled] = ord("\n")
        yield Chunk(held[: filled + (held[filled - 1] != ord("\n"))])


def with_room(held: np.ndarray, filled: int, needed: int) -> np.ndarray:
    """An array that begins like `held` and has room for so many bytes."""
    if needed + PADDING <= len(held):
        return held
    larger = np.empty(max(2 * len(held), needed + PADDING), np.uint8)
    larger[:filled] = held[:filled]
    return larger


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
