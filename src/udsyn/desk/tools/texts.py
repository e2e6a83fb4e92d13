"""Bytes as text: by the label that came with them where it is right, otherwise by what their letters say.

Labels lie and codecs lack names (`iso-8859-8-i`, `ks_c_5601-1987`, `gb2312` that holds GBK letters), old programs write
their own code page without saying so, and gateways break single bytes. One bad byte costs one letter, never the text.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from unicodedata import category, combining

#: how labels of mails and programs are called in Python; each by the larger set that contains it
NAMES = {
    "cp1252": "ascii us-ascii ansi_x3.4-1968 iso-8859-1 iso_8859-1 latin1 l1 windows-1252 x-ansi cp819 iso646-us",
    "cp949": "euc-kr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949 ms949 uhc iso-ir-149",
    "gb18030": "gb2312 gb_2312-80 gbk x-gbk cp936 windows-936 chinese euc-cn csgb2312 iso-ir-58 gb18030",
    "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5 csbig5 cp950 windows-950",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji ms932 windows-31j windows-932 csshiftjis",
    "euc_jp": "euc-jp x-euc-jp cseucpkdfmtjapanese",
    "iso2022_jp_2": "iso-2022-jp csiso2022jp iso-2022-jp-1 iso-2022-jp-2",
    "cp1255": "iso-8859-8 iso-8859-8-i iso-8859-8-e iso_8859-8 hebrew logical visual windows-1255 x-cp1255",
    "cp1256": "windows-1256 x-cp1256",
    "iso8859_6": "iso-8859-6 iso-8859-6-i iso-8859-6-e arabic asmo-708",
    "cp874": "iso-8859-11 tis-620 tis620 windows-874 x-windows-874 dos-874",
    "cp1254": "iso-8859-9 latin5 windows-1254 x-cp1254",
    "cp1251": "windows-1251 x-cp1251 win-1251",
    "koi8_u": "koi8-r koi8-u koi8 koi",
    "mac_roman": "macintosh mac macroman x-mac-roman x-macintosh x-mac",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "mac_latin2": "x-mac-ce x-mac-centraleurroman",
    "utf-8": "utf8 utf-8 utf8mb4 x-utf-8 unicode-1-1-utf-8 cp65001",
    "utf-7": "utf-7 unicode-1-1-utf-7 x-unicode-2-0-utf-7",
    "utf-16": "utf-16 ucs-2 iso-10646-ucs-2 unicode csunicode",
}
CODECS = {label: codec for codec, labels in NAMES.items() for label in labels.split()}
#: codecs of Python that are no character sets, or that fail by design
NOT_TEXT = frozenset({"undefined", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
#: sets whose bytes mean letters only in their order; UTF-8 is not looked for in them
STATEFUL = ("iso2022", "utf-7", "utf-16", "utf_16", "utf-32", "utf_32", "hz")


def codec_of(label: str) -> str:
    """Python's codec for a label, "" where there is none."""
    name = re.sub(r"[^\w.:-]", "", label).lower()
    found = CODECS.get(name) or CODECS.get(name.replace("_", "-")) or re.sub(r"^x-|^cs(?=iso)", "", name)
    try:
        info = codecs.lookup(found)
    except (LookupError, UnicodeError, ValueError):
        return ""
    return "" if info.name in NOT_TEXT or not info._is_text_encoding else found


def decode(raw: bytes, label: str = "") -> str:
    """The text of bytes that say they are in `label`. UTF-8 with another label is read as UTF-8."""
    codec = codec_of(label)
    if not raw or (raw.isascii() and not codec.startswith(STATEFUL)):
        return raw.decode("ascii", "replace")
    strange = sum(byte > 127 for byte in raw)
    pairs = codec in ("cp949", "gb18030", "big5hkscs", "cp932", "euc_jp")  # a few of their letters pass as UTF-8
    if not codec.startswith(STATEFUL) and not (pairs and strange < 7) and is_utf8(raw):
        return raw.decode("utf-8", "replace")
    if codec and codec != "utf-8":
        text = raw.decode(codec, "replace")
        if text.count("\ufffd") <= len(text) // 20:
            return text
    return raw.decode("utf-8", "replace") if is_utf8(raw) else raw.decode(guess(raw).codec, "replace")


def is_utf8(raw: bytes) -> bool:
    """Is it UTF-8, but for a byte or two that were broken on the way?"""
    text = raw.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken == 0 or broken * 10 < sum(char > "\x7f" for char in text)


def one_line(text: str) -> str:
    """The text on one line, without control characters: as a header of a mail or a property of a calendar holds it."""
    return " ".join("".join(c if c.isprintable() else "" if category(c) == "Cf" else " " for c in text).split())


# Guessing -------------------------------------------------------------------------------------------------------------

WESTERN = "åæøäöüéèêëáàâãíìîïóòôõúùûñçßœšžýÿðþ"
RARE = "ýðþšžœÿõûţđş"
CENTRAL = "ąćęłńóśźżáčďéěíňřšťúůýžäöüőűăâîşţșțđß"
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ"
GREEK = "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋ"
PUNCTUATION = frozenset("–—‘’“”„…«»°§·•€£ªº\xa0\xad")


@dataclass(frozen=True)
class Guess:
    codec: str
    rival: str = ""  #: another codec that fits nearly as well and reads otherwise


@dataclass(frozen=True)
class Candidate:
    """A code page, and the letters that its texts are mostly made of; one of two that fit alike is the first."""

    codec: str
    letters: str
    rare: str = ""  #: of them, those of fewer languages
    width: int = 1  #: bytes of a letter

    @property
    def latin(self) -> bool:
        return "ü" in self.letters


CANDIDATES = (
    Candidate("cp1252", WESTERN, RARE),
    Candidate("mac_roman", WESTERN, RARE),
    Candidate("cp850", WESTERN, RARE),
    Candidate("cp865", WESTERN, RARE),
    Candidate("cp1250", CENTRAL, RARE),
    Candidate("iso8859_2", CENTRAL, RARE),
    Candidate("cp852", CENTRAL, RARE),
    Candidate("cp1254", "çğıöşüİâî"),
    Candidate("cp1257", "ąčęėįšųūžāēģīķļņõäöü"),
    Candidate("cp1255", "".join(map(chr, range(0x5D0, 0x5EB)))),
    Candidate("cp1251", CYRILLIC),
    Candidate("koi8_u", CYRILLIC),
    Candidate("cp866", CYRILLIC),
    Candidate("mac_cyrillic", CYRILLIC),
    Candidate("iso8859_5", CYRILLIC),
    Candidate("cp1253", GREEK),
    Candidate("cp1256", "".join(map(chr, range(0x621, 0x64B)))),
    Candidate("euc_kr", "가-힣", width=2),
    Candidate("gb2312", "一-龥", width=2),
    Candidate("shift_jis", "ぁ-ヶ一-龥", width=2),
    Candidate("euc_jp", "ぁ-ヶ一-龥", width=2),
    Candidate("big5", "一-龥", width=2),
    Candidate("cp874", "".join(map(chr, range(0xE01, 0xE4E)))),
)
WIDER = {"euc_kr": "cp949", "gb2312": "gb18030", "shift_jis": "cp932", "big5": "big5hkscs"}
SAMPLE = 20_000  #: bytes that are looked at


def guess(raw: bytes) -> Guess:
    """The code page in which the bytes read best as words. Windows-1252 where nothing tells."""
    sample = raw[:SAMPLE]
    fits = {candidate.codec: fit(sample, candidate) for candidate in CANDIDATES}
    fits["cp1252"] += 0.05  # by far the most common
    first, *others = sorted(fits, key=lambda codec: -fits[codec])
    text = sample.decode(first, "ignore")
    rivals = [c for c in others if fits[c] > fits[first] - 0.1 and sample.decode(c, "ignore") != text]
    rival = rivals[0] if rivals else ""
    return Guess(WIDER.get(first, first), WIDER.get(rival, rival))


def fit(raw: bytes, candidate: Candidate) -> float:
    """How well the bytes beyond ASCII read as letters of the candidate: 1 all of them, below 0 not at all."""
    text = raw.decode(candidate.codec, "replace")
    strange = sum(byte > 127 for byte in raw)
    letters = re.compile(f"[{candidate.letters}{candidate.letters.upper() if candidate.width == 1 else ''}]")
    around = zip(f" {text}", text, f"{text[1:]} ", strict=False)
    found = sum(worth(before, char, after, letters, candidate) for before, char, after in around if char > "\x7f")
    return found * candidate.width / max(1, strange)


def worth(before: str, char: str, after: str, letters: re.Pattern[str], candidate: Candidate) -> float:
    """What a letter says for the reading that it is part of."""
    if char == "\ufffd" or category(char) in ("Cc", "Co", "Cn"):
        return -2
    inside = before.isalpha() and after.isalpha()
    if char in PUNCTUATION:
        return -1 if inside and char not in "’·\xad" else 0.8
    if not char.isalpha() and not combining(char):
        return -1
    neighbours = [c for c in (before, after) if c.isalpha()]
    plain = [c for c in neighbours if c < "\x80"]
    if candidate.latin:  # words of accented letters alone are another script, and case does not change within a word
        if (before.islower() and char.isupper()) or (neighbours and not plain and len(neighbours) == 2):
            return -0.5
        known = 0.7 if char.lower() in candidate.rare else 1.0
        return known * (1 if neighbours else 0.2) if letters.match(char) else -0.2
    if plain or (before.islower() and char.isupper()):
        return -1
    return 1 if letters.match(char) else -0.2
