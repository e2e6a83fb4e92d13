"""Bytes as text: labels that lie, codecs without a name, old programs' code pages, and one broken byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udsyn.desk.tools.texts import decode, guess, one_line

DANISH = "Kære centre, vi søger en partner i Århus. " * 20


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("iso-8859-8-i", "iso-8859-8", "שיתוף פעולה"),
        ("ISO-8859-8-E", "cp1255", "שיתוף פעולה"),
        ("ks_c_5601-1987", "euc_kr", "공동 연구 요청"),
        ("euc-kr", "cp949", "똠방각하 펲시콜라"),
        ("gb2312", "gbk", "合作與請求"),
        ("x-gbk", "gb18030", "合作與請求"),
        ("big5", "big5hkscs", "臺灣大學與嘅"),
        ("x-sjis", "cp932", "①髙橋さん"),
        ("iso-2022-jp", "iso2022_jp", "共同研究のお願い"),
        ("windows-31j", "cp932", "共同研究"),
        ("iso-8859-1", "cp1252", "“Forespørgsel” – møde"),
        ("us-ascii", "cp1252", "Forespørgsel – møde om brint på Ærø"),
        ("x-mac-roman", "mac_roman", "Søren Ågård"),
        ("koi8-r", "koi8_r", "Совместная работа"),
        ("tis-620", "cp874", "ความร่วมมือ"),
        ('"windows-1252"', "cp1252", "Forespørgsel – møde"),
        ("utf-8*da", "utf-8", "Forespørgsel – møde"),
        ("x-unknown", "utf-8", "Forespørgsel – møde"),
        ("undefined", "cp1252", "Forespørgsel på møde"),
        ("rot13", "utf-8", "rød grød"),
        ("unicode-1-1-utf-7", "utf-7", "rød grød"),
    ],
)
def test_text_with_a_label_is_read_as_meant(label, codec, text):
    assert decode(text.encode(codec), label) == text


@pytest.mark.parametrize("label", ["utf-8", "gb2312", "us-ascii", "windows-1252", "big5", "iso-8859-8", "klingon", ""])
def test_utf8_with_any_label_and_a_broken_byte_stays_readable(label):
    whole = DANISH.encode()
    assert decode(whole, label) == DANISH
    broken = decode(whole + b"\xd1 slut", label)
    assert broken.startswith(DANISH)
    assert broken.endswith(" slut")


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("mac_roman", "Navn;By\nSøren Ågård;København\nÆgir;Malmö\n"),
        ("mac_roman", "Name;City\nJosé;Málaga\nFrançois;Orléans\nJürgen;Köln\n"),
        ("cp1252", "Navn;By\nSøren Ågård;København\n"),
        ("cp1252", "Nom;Ville\nÅSE ØSTERGÅRD;KÖLN\nZoë;a “b” – c; 100 €\n"),
        ("cp1252", "Nome\nJoão Simões\nInês Conceição\n"),
        ("cp1252", "Nafn\nÞórður Guðmundsson\nÁsgeir\n"),
        ("cp850", "Navn\nSøren Ågård\nÆgir\n"),
        ("cp1250", "Imię;Nazwisko\nŁukasz;Wiśniewski\nZażółć;Gęślą\n"),
        ("iso8859_2", "Imię;Nazwisko\nŁukasz;Wiśniewski\nZażółć;Gęślą\n"),
        ("cp1250", "Név;Város\nErdős;Győr\nPetőfi;Szűcs\n"),
        ("cp1251", "Имя;Фамилия\nИван;Петров\n"),
        ("koi8_r", "Имя;Фамилия\nИван;Петров\n"),
        ("cp1253", "Όνομα;Πόλη\nΓιώργος;Αθήνα\n"),
        ("cp1254", "Ad;Soyad\nŞükrü;Yılmaz\nÇağrı;Öz\n"),
        ("cp1255", "שם;מוסד\nדוד;תל אביב\n"),
        ("cp949", "이름;기관\n김민준;서울대학교\n"),
        ("gb18030", "姓名;单位\n王伟;清华大学\n"),
        ("cp932", "名前;所属\n山田さくら;東京大学\n"),
        ("big5", "姓名;單位\n王偉;臺灣大學\n"),
    ],
)
def test_a_code_page_is_told_by_its_letters(codec, text):
    raw = text.encode(codec)
    assert raw.decode(guess(raw).codec) == text


def test_where_two_fit_the_other_is_named():
    found = guess("김민준".encode("euc_kr"))
    assert found.codec == "cp949"
    assert found.rival


@given(st.binary(max_size=300), st.text(max_size=30) | st.sampled_from(["undefined", "idna", "hex", "zip", "mbcs"]))
def test_no_bytes_and_no_label_break_it(raw, label):
    assert isinstance(decode(raw, label), str)
    assert guess(raw).codec


@given(st.text(max_size=100))
def test_one_line_is_one_line_and_says_the_same_twice(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line.isprintable()
    assert one_line(line) == line
