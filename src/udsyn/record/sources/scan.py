"""Walk JSON lines once and note where the wanted members stand; everything else is checked and passed over.

Compiled by numba at first use and kept in its cache. A line is *understood* when it is strict JSON and each wanted
member is of its kind; any other line is left to the engine's own parser, which reads it or says what is wrong.
The first step follows Langdale and Lemire (2019), Parsing gigabytes of JSON per second: compare 64 bytes at a time,
find what stands inside strings by carry-less sums of quotes, and keep the positions of what is left: braces, brackets,
colons, commas and the first byte of each value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

# What a wanted member may be. The columns of `tree`, one row per member in preorder:
# SHORT_ID and LAST_NUMBER are integers out of addresses: …openalex.org/W42 and …openalex.org/subfields/42.
STRUCT, LIST, TEXT, INTEGER, BOOLEAN, REAL, SHORT_ID, LAST_NUMBER = range(8)
KIND, AFTER, LOWEST, HIGHEST, ORDINAL = range(5)

#: A value that is null or missing. As a double it is -0.0, which no wanted number is.
NULL = np.int64(-(2**63))
REFUSED, FULL = -1, -2
#: The half of a text's value that holds its size; the other is its place.
SIZE = 0xFFFFFFFF
#: Bytes that must follow the text: blocks are compared whole.
PADDING = 64
#: A longer line is left to the engine.
LONGEST = 8 << 20
#: A key's place in the table of its struct's members.
SLOTS = 64
DEEPEST = 60

QUOTE, BACKSLASH, COMMA, COLON, MINUS, PLUS, DOT, ZERO, NINE = (np.uint8(ord(c)) for c in '"\\,:-+.09')
OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST, SPACE, NEWLINE = (np.uint8(ord(c)) for c in "{}[] \n")
#: What may follow a backslash, other than u; the words that are values, with their size and what they are here.
ESCAPES = tuple(np.uint8(ord(c)) for c in '"\\/bfnrt')
LITERALS = tuple(
    (np.uint32(int.from_bytes(w[:4], "little")), len(w), v) for w, v in ((b"true", 1), (b"false", 0), (b"null", 2))
)
ONE, ALL = np.uint64(1), np.uint64(2**64 - 1)
ADDRESS = tuple(np.uint64(int.from_bytes(w, "little")) for w in (b"https://", b"openalex", b".org/"))
ADDRESS_BYTES, LAST_BYTES = 21, np.uint64((1 << 40) - 1)
BACKSLASHES, LOW_BITS, HIGH_BITS = (np.uint64(byte * 0x0101010101010101) for byte in (ord("\\"), 0x01, 0x80))


@intrinsic
def block(typingctx: Any, text: Any, at: Any) -> Any:
    """Of the 64 bytes at `at`, one bit each: quotes, backslashes, structure, spaces, control, other than ASCII."""
    mask = types.uint64

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vector = ir.VectorType(ir.IntType(8), 64)
        bits = ir.IntType(64)

        def splat(value: int) -> Any:
            return ir.Constant(vector, [value] * 64)

        def which(sign: str, found: Any, value: int) -> Any:
            return builder.bitcast(builder.icmp_unsigned(sign, found, splat(value)), bits)

        bytes_ = builder.load(builder.inttoptr(builder.add(*arguments), vector.as_pointer()), align=1)
        folded = builder.or_(bytes_, splat(0x20))  # brackets become braces
        structure = which("==", folded, ord("{"))
        for sign in "}:,":
            structure = builder.or_(structure, which("==", folded, ord(sign)))
        found = [
            which("==", bytes_, ord('"')),
            which("==", bytes_, ord("\\")),
            structure,
            which("==", bytes_, 0x20),
            which("<", bytes_, 0x20),
            which(">", bytes_, 0x7F),
        ]
        return context.make_tuple(builder, signature.return_type, found)

    return types.UniTuple(mask, 6)(types.int64, types.int64), codegen


@intrinsic
def bits_of(typingctx: Any, real: Any) -> Any:
    """The bits of a double."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), codegen


@intrinsic
def lowest(typingctx: Any, bits: Any) -> Any:
    """The place of the lowest bit that is set, 64 where none is."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(types.uint64), codegen


@intrinsic
def ones(typingctx: Any, bits: Any) -> Any:
    """How many bits are set."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), codegen


@intrinsic
def peek(typingctx: Any, text: Any, at: Any) -> Any:
    """The byte `at` bytes into the text, whose address is given."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(builder.inttoptr(builder.add(*arguments), ir.IntType(8).as_pointer()))

    return types.uint8(types.int64, types.int64), codegen


@intrinsic
def peek_word(typingctx: Any, text: Any, at: Any) -> Any:
    """Eight bytes as one number."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(builder.inttoptr(builder.add(*arguments), ir.IntType(64).as_pointer()), align=1)

    return types.uint64(types.int64, types.int64), codegen


@intrinsic
def put_word(typingctx: Any, text: Any, at: Any, word: Any) -> Any:
    """Write eight bytes."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        where = builder.inttoptr(builder.add(*arguments[:2]), ir.IntType(64).as_pointer())
        builder.store(arguments[2], where, align=1)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.uint64), codegen


@intrinsic
def place(typingctx: Any, places: Any, i: Any) -> Any:
    """The place of token `i`, from the address of their 32-bit list."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        first = builder.inttoptr(arguments[0], ir.IntType(32).as_pointer())
        return builder.zext(builder.load(builder.gep(first, [arguments[1]])), ir.IntType(64))

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def put(typingctx: Any, places: Any, i: Any, at: Any) -> Any:
    """Write down the place of token `i`."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        first = builder.inttoptr(arguments[0], ir.IntType(32).as_pointer())
        builder.store(builder.trunc(arguments[2], ir.IntType(32)), builder.gep(first, [arguments[1]]))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), codegen


@njit(inline="always")
def sign(text: int, places: int, i: int) -> int:
    """The first byte of token `i`."""
    return peek(text, place(places, i))


@njit(inline="always")
def hexadecimal(byte: int) -> int:
    """The value of a hexadecimal digit, or a large number."""
    if ZERO <= byte <= NINE:
        return np.int64(byte) - 48
    small = np.int64(byte) | 32
    return small - 87 if 97 <= small <= 102 else 1 << 20


@njit
def unit(text: int, at: int) -> int:
    """The UTF-16 unit written as four hexadecimal digits; larger than 0xFFFF when they are not."""
    return (
        hexadecimal(peek(text, at)) << 12
        | hexadecimal(peek(text, at + 1)) << 8
        | hexadecimal(peek(text, at + 2)) << 4
        | hexadecimal(peek(text, at + 3))
    )


@njit
def escape_is_good(text: int, at: int) -> bool:
    """Whether the escape whose backslash stands at `at` is one of JSON's. NUL and halves of pairs are refused."""
    letter = peek(text, at + 1)
    if letter != 117:  # u
        return letter in ESCAPES
    code = unit(text, at + 2)
    if code == 0 or code > 0xFFFF:
        return False
    if 0xD800 <= code < 0xDC00:
        return peek(text, at + 6) == BACKSLASH and peek(text, at + 7) == 117 and 0xDC00 <= unit(text, at + 8) < 0xE000
    if 0xDC00 <= code < 0xE000:
        before = unit(text, at - 4)
        return peek(text, at - 6) == BACKSLASH and peek(text, at - 5) == 117 and 0xD800 <= before < 0xDC00
    return True


@njit(inline="always")
def between(byte: int, low: int, high: int) -> bool:
    return low <= byte <= high


@njit
def letter(text: int, at: int) -> int:
    """The bytes of the letter that begins at `at`, which is not ASCII; 0 when it is not UTF-8 (Unicode, table 3-7)."""
    first, second = peek(text, at), peek(text, at + 1)
    if between(first, 0xC2, 0xDF):
        return 2 if between(second, 0x80, 0xBF) else 0
    if between(first, 0xE0, 0xEF):
        good = between(second, 0xA0 if first == 0xE0 else 0x80, 0x9F if first == 0xED else 0xBF)
        return 3 if good and between(peek(text, at + 2), 0x80, 0xBF) else 0
    if between(first, 0xF0, 0xF4):
        good = between(second, 0x90 if first == 0xF0 else 0x80, 0x8F if first == 0xF4 else 0xBF)
        good = good and between(peek(text, at + 2), 0x80, 0xBF)
        return 4 if good and between(peek(text, at + 3), 0x80, 0xBF) else 0
    return 0


@njit
def tokens(text: int, start: int, places: int) -> tuple[int, int, bool]:
    """Put the places of a line's tokens into `places`, then four times its end.

    Returns how many there are, where the line ends, and whether its strings and bytes are as they should be.
    """
    count, at = 0, start
    inside, scalar, escaped = np.uint64(0), np.uint64(0), np.uint64(0)  # carried from block to block
    good, read = True, start  # letters other than ASCII have been read up to here
    while True:
        quotes, backslashes, structure, spaces, control, foreign = block(text, at)
        live = ALL
        if control:
            live = (control & (~control + ONE)) - ONE  # what stands before the first control character
            backslashes &= live
            foreign &= live
        while foreign:
            here = at + np.int64(lowest(foreign))
            foreign &= foreign - ONE
            if here >= read:
                size = letter(text, here)
                good = good and size > 0
                read = here + size
        if backslashes or escaped:
            skip = escaped
            escaped = np.uint64(0)
            while backslashes:
                here = lowest(backslashes)
                backslashes &= backslashes - ONE
                if skip & ONE << here:
                    continue
                good = good and escape_is_good(text, at + np.int64(here))
                if here == 63:
                    escaped = ONE
                else:
                    skip |= ONE << here << ONE
            quotes &= ~skip
        quotes &= live
        strings = quotes
        strings ^= strings << np.uint64(1)
        strings ^= strings << np.uint64(2)
        strings ^= strings << np.uint64(4)
        strings ^= strings << np.uint64(8)
        strings ^= strings << np.uint64(16)
        strings ^= strings << np.uint64(32)
        strings ^= inside
        inside = np.uint64(np.int64(strings) >> 63)
        scalars = ~(structure | spaces | quotes | strings)
        found = ((structure & ~strings) | (quotes & strings) | (scalars & ~(scalars << ONE | scalar))) & live
        scalar = scalars >> np.uint64(63)
        more = count + ones(found)
        while count < more:  # eight at a time, which the processor foresees better; those too many are overwritten
            for k in range(8):
                put(places, count + k, at + np.int64(lowest(found)))
                found &= found - ONE
            count += 8
        count = more
        if control:
            here = lowest(control)
            end = at + np.int64(here)
            for i in range(4):
                put(places, count + i, end)
            return count, end, good and (strings >> here) & ONE == 0 and peek(text, end) == NEWLINE
        at += 64
        if at - start > LONGEST:
            return count, at, False


@njit(inline="always")
def ends_value(byte: int) -> bool:
    return byte in (COMMA, CLOSE_OBJECT, CLOSE_LIST, SPACE, NEWLINE)


@njit(inline="always")
def is_digit(byte: int) -> bool:
    return ZERO <= byte <= NINE


@njit
def number(text: int, at: int) -> tuple[int, int, bool]:
    """A number as digits and a power of ten (0 power: an integer), and whether it is one of at most 18 digits."""
    negative = peek(text, at) == MINUS
    if negative:
        at += 1
    start, digits, power, taken = at, np.int64(0), 0, 0
    while is_digit(peek(text, at)):
        digits = digits * 10 + (np.int64(peek(text, at)) - 48)
        at += 1
        taken += 1
        if taken > 18:
            return 0, 0, False
    if taken == 0 or (taken > 1 and peek(text, start) == ZERO):
        return 0, 0, False
    if peek(text, at) == DOT:
        at += 1
        whole = taken
        while is_digit(peek(text, at)):
            digits = digits * 10 + (np.int64(peek(text, at)) - 48)
            at += 1
            taken += 1
            if taken > 18:
                return 0, 0, False
        power = whole - taken
        if power == 0:
            return 0, 0, False
    if peek(text, at) | 32 == 101:  # e
        at += 1
        down = peek(text, at) == MINUS
        if down or peek(text, at) == PLUS:
            at += 1
        exponent, start = 0, at
        while is_digit(peek(text, at)) and at < start + 3:
            exponent = exponent * 10 + (np.int64(peek(text, at)) - 48)
            at += 1
        if at == start or at > start + 2:
            return 0, 0, False
        power += -exponent if down else exponent
        if power == 0:
            return 0, 0, False
    return -digits if negative else digits, power, ends_value(peek(text, at))


@njit
def address_number(text: int, at: int, kind: int) -> int:
    """The number in the id whose quote stands at `at`; REFUSED when it has any other form than OpenAlex's."""
    first, second, last = peek_word(text, at + 1), peek_word(text, at + 9), peek_word(text, at + 17) & LAST_BYTES
    if first != ADDRESS[0] or second != ADDRESS[1] or last != ADDRESS[2]:
        return REFUSED
    at += 1 + ADDRESS_BYTES
    if kind == SHORT_ID:
        if not 65 <= peek(text, at) <= 90:  # A to Z
            return REFUSED
    else:
        while 97 <= peek(text, at) <= 122:  # a to z
            at += 1
        if peek(text, at) != 47:  # /
            return REFUSED
    at += 1
    start, found = at, 0
    while is_digit(peek(text, at)):
        found = found * 10 + (np.int64(peek(text, at)) - 48)
        at += 1
        if at > start + 18:
            return REFUSED
    return found if at > start and peek(text, at) == QUOTE else REFUSED


@njit
def literal(text: int, at: int) -> int:
    """1 for true, 0 for false, 2 for null, REFUSED for anything else."""
    for word, size, value in LITERALS:
        if np.uint32(peek_word(text, at)) == word:
            good = ends_value(peek(text, at + size)) and (size == 4 or peek(text, at + 4) == 101)
            return value if good else REFUSED
    return REFUSED


@njit
def is_scalar(text: int, at: int) -> bool:
    if is_digit(peek(text, at)) or peek(text, at) == MINUS:
        return number(text, at)[2]
    return literal(text, at) != REFUSED


@njit
def passed_over(text: int, places: int, i: int) -> int:
    """The token after the value that begins with token `i`, or REFUSED where that is not JSON."""
    objects, depth = np.uint64(0), 0  # one bit per open container: whether it is an object
    while True:
        first = sign(text, places, i)
        if first == QUOTE:
            i += 1
        elif first == OPEN_OBJECT:
            if sign(text, places, i + 1) == CLOSE_OBJECT:
                i += 2
            else:
                if sign(text, places, i + 1) != QUOTE or sign(text, places, i + 2) != COLON or depth == DEEPEST:
                    return REFUSED
                objects, depth = objects << ONE | ONE, depth + 1
                i += 3
                continue
        elif first == OPEN_LIST:
            if sign(text, places, i + 1) == CLOSE_LIST:
                i += 2
            else:
                if depth == DEEPEST:
                    return REFUSED
                objects, depth = objects << ONE, depth + 1
                i += 1
                continue
        elif is_scalar(text, place(places, i)):
            i += 1
        else:
            return REFUSED
        while True:
            if depth == 0:
                return i
            mark = sign(text, places, i)
            if mark == COMMA:
                if objects & ONE:
                    if sign(text, places, i + 1) != QUOTE or sign(text, places, i + 2) != COLON:
                        return REFUSED
                    i += 2
                i += 1
                break
            if mark != (CLOSE_OBJECT if objects & ONE else CLOSE_LIST):
                return REFUSED
            objects, depth = objects >> ONE, depth - 1
            i += 1


@njit(inline="always")
def string_end(text: int, after: int) -> int:
    """The place of the closing quote of the string before the token at `after`: between them are only spaces."""
    end = after - 1
    while peek(text, end) == SPACE:
        end -= 1
    return end


@njit
def member(text: int, start: int, end: int, slots: np.ndarray, names: np.ndarray) -> int:
    """Which wanted member a key names: its row of the tree, 0 for none, REFUSED for a key with escapes."""
    size = end - start
    if size == 0:
        return 0
    at = slot(size, peek(text, start), peek(text, end - 1))
    while slots[at] != 0:
        row = slots[at]
        same = names[row, 0] == size
        i = 0
        while same and i < size:
            same = peek(text, start + i) == names[row, i + 1]
            i += 1
        if same:
            return row
        at = (at + 1) & (SLOTS - 1)
    for i in range(start, end):
        if peek(text, i) == BACKSLASH:
            return REFUSED
    return 0


@njit(inline="always")
def slot(size: int, first: int, last: int) -> int:
    return (size * 7 + np.int64(first) * 3 + np.int64(last) * 5) & (SLOTS - 1)


@njit
def leave_null(tree: np.ndarray, row: int, values: np.ndarray, counts: np.ndarray) -> bool:
    """Note that a member is null; so are the members of a struct. False when there is no room."""
    if counts[row] >= values.shape[1]:
        return False
    values[row, counts[row]] = NULL
    counts[row] += 1
    inner, end = row + 1, tree[row, AFTER] if tree[row, KIND] == STRUCT else row
    while inner < end:
        if counts[inner] >= values.shape[1]:
            return False
        values[inner, counts[inner]] = NULL
        counts[inner] += 1
        inner = inner + 1 if tree[inner, KIND] == STRUCT else tree[inner, AFTER]
    return True


@njit
def taken(
    text: int,
    places: int,
    tree: np.ndarray,
    slots: np.ndarray,
    names: np.ndarray,
    values: np.ndarray,
    counts: np.ndarray,
    stack: np.ndarray,
) -> int:
    """Note the wanted values of the line whose tokens are in `places`; returns how many tokens were read."""
    i, row, depth, room = 0, 0, 0, values.shape[1]
    while True:
        # The value of member `row` begins with token `i`.
        k = counts[row]
        if k >= room:
            return FULL
        at = place(places, i)
        first = peek(text, at)
        kind = tree[row, KIND]
        mark = np.uint8(0)
        if first == 110:  # null
            if literal(text, at) != 2:
                return REFUSED
            if not leave_null(tree, row, values, counts):
                return FULL
            i += 1
        elif kind == TEXT:
            if first != QUOTE:
                return REFUSED
            values[row, k] = (at + 1) << 32 | (string_end(text, place(places, i + 1)) - at - 1)
            counts[row] = k + 1
            i += 1
        elif kind in (SHORT_ID, LAST_NUMBER):
            found = address_number(text, at, kind) if first == QUOTE else REFUSED
            if found == REFUSED:
                return REFUSED
            values[row, k] = found
            counts[row] = k + 1
            i += 1
        elif kind in (LIST, STRUCT):
            if first != (OPEN_LIST if kind == LIST else OPEN_OBJECT):
                return REFUSED
            values[row, k] = 0 if kind == LIST else 1
            counts[row] = k + 1
            stack[depth, 0], stack[depth, 1], stack[depth, 2] = row, k, 0
            depth += 1
            if sign(text, places, i + 1) == (CLOSE_LIST if kind == LIST else CLOSE_OBJECT):
                i += 1
            else:
                mark = COMMA
        elif kind == BOOLEAN:
            truth = literal(text, at)
            if truth == REFUSED:
                return REFUSED
            values[row, k] = truth
            counts[row] = k + 1
            i += 1
        else:
            digits, power, good = number(text, at)
            if not good:
                return REFUSED
            if kind == INTEGER:
                if power != 0 or digits < tree[row, LOWEST] or digits > tree[row, HIGHEST]:
                    return REFUSED
                values[row, k] = digits
            else:  # Both are exact as doubles, so that one operation rounds correctly (Clinger 1990).
                if abs(digits) > 2**53 or abs(power) > 22 or (digits == 0 and first == MINUS):
                    return REFUSED
                values[row, k] = bits_of(digits * 10.0**power if power >= 0 else digits / 10.0**-power)
            counts[row] = k + 1
            i += 1
        # Go on in the container that is open: to its next wanted value, or out of it.
        while depth:
            row = stack[depth - 1, 0]
            if mark == 0:
                mark = sign(text, places, i)
            if tree[row, KIND] == LIST:
                if mark == COMMA:
                    values[row, stack[depth - 1, 1]] += 1
                    i, row = i + 1, row + 1
                    break
                if mark != CLOSE_LIST:
                    return REFUSED
            else:
                child = 0
                while mark == COMMA:
                    if sign(text, places, i + 1) != QUOTE or sign(text, places, i + 2) != COLON:
                        return REFUSED
                    key = place(places, i + 1) + 1
                    child = member(text, key, string_end(text, place(places, i + 2)), slots[row], names)
                    i += 3
                    if child:
                        break
                    i = passed_over(text, places, i)
                    if i < 0:
                        return REFUSED
                    mark = sign(text, places, i)
                if child:
                    bit = 1 << tree[child, ORDINAL]
                    if child == REFUSED or stack[depth - 1, 2] & bit:
                        return REFUSED
                    stack[depth - 1, 2] |= bit
                    row = child
                    break
                if mark != CLOSE_OBJECT:
                    return REFUSED
                child, seen = row + 1, stack[depth - 1, 2]
                while child < tree[row, AFTER]:
                    if seen >> tree[child, ORDINAL] & 1 == 0 and not leave_null(tree, child, values, counts):
                        return FULL
                    child = tree[child, AFTER]
            i, depth, mark = i + 1, depth - 1, np.uint8(0)
        if depth == 0:
            return i


@njit(cache=True)
def scan(
    content: np.ndarray,
    scratch: np.ndarray,
    tree: np.ndarray,
    slots: np.ndarray,
    names: np.ndarray,
    values: np.ndarray,
    counts: np.ndarray,
    understood: np.ndarray,
    others: np.ndarray,
) -> tuple[int, int, int]:
    """Scan whole lines: wanted values into `values`, the lines' numbers (from 0) into `understood` or `others`.

    Blank lines stand in neither. Returns how many there are of each and of all, or FULL when there is not enough room.
    """
    text, places, size = content.ctypes.data, scratch.ctypes.data, len(content)
    stack = np.empty((DEEPEST, 3), np.int64)
    before = counts.copy()
    good_lines = other_lines = line = at = 0
    while at < size:
        if peek(text, at) == NEWLINE:
            at, line = at + 1, line + 1
            continue
        if good_lines == len(understood) or other_lines == len(others):
            return FULL, FULL, FULL
        count, end, good = tokens(text, at, places)
        before[:] = counts
        i = taken(text, places, tree, slots, names, values, counts, stack) if good else REFUSED
        if i == FULL:
            return FULL, FULL, FULL
        if i == count:
            understood[good_lines] = line
            good_lines += 1
        else:
            counts[:] = before
            others[other_lines] = line
            other_lines += 1
            while peek(text, end) != NEWLINE:
                end += 1
        at, line = end + 1, line + 1
    return good_lines, other_lines, line


@njit(cache=True)
def copied(content: np.ndarray, where: np.ndarray, offsets: np.ndarray, out: np.ndarray) -> None:
    """Copy strings one after the other, escapes resolved; `offsets` says where each begins.

    `out` has room for eight bytes more: whole words are copied.
    """
    text, target, at = content.ctypes.data, out.ctypes.data, 0
    for k in range(len(where)):
        offsets[k] = at
        if where[k] == NULL:
            continue
        start, size = where[k] >> 32, where[k] & SIZE
        escaped = np.uint64(0)
        for i in range(0, size, 8):
            word = peek_word(text, start + i)
            put_word(target, at + i, word)
            other = word ^ BACKSLASHES
            if size - i < 8:
                other |= ALL << np.uint64(8 * (size - i))
            escaped |= (other - LOW_BITS) & ~other & HIGH_BITS
        at = at + size if escaped == 0 else unescaped(text, start, start + size, out, at)
    offsets[len(where)] = at


@njit
def unescaped(text: int, start: int, end: int, out: np.ndarray, at: int) -> int:
    """Copy a string with escapes, which are good, as UTF-8; returns where the copy ends."""
    while start < end:
        byte = peek(text, start)
        if byte != BACKSLASH:
            out[at] = byte
            at, start = at + 1, start + 1
            continue
        letter = peek(text, start + 1)
        start += 2
        if letter != 117:  # u
            code = np.int64(letter)
            for written, meant in ((98, 8), (102, 12), (110, 10), (114, 13), (116, 9)):
                if letter == written:
                    code = meant
            out[at] = code
            at += 1
            continue
        code = unit(text, start)
        start += 4
        if 0xD800 <= code < 0xDC00:
            code = 0x10000 + ((code - 0xD800) << 10) + (unit(text, start + 2) - 0xDC00)
            start += 6
        if code < 0x80:
            out[at] = code
            at += 1
        elif code < 0x800:
            out[at], out[at + 1] = 0xC0 | code >> 6, 0x80 | code & 63
            at += 2
        elif code < 0x10000:
            out[at], out[at + 1], out[at + 2] = 0xE0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63
            at += 3
        else:
            out[at], out[at + 1] = 0xF0 | code >> 18, 0x80 | code >> 12 & 63
            out[at + 2], out[at + 3] = 0x80 | code >> 6 & 63, 0x80 | code & 63
            at += 4
    return at
