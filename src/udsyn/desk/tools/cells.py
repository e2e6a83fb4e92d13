"""A cell's text as the value of a field. What cannot be read is refused with what to write instead."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale
from django.conf import settings
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from i18nfield.strings import LazyI18nString

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.search import fold
from udsyn.desk.tools.sheets import ERRORS

YES = frozenset({"yes", "ja", "true", "sand", "1", "x", "y", "j"})
NO = frozenset({"no", "nej", "false", "falsk", "0", "n"})
EXCEL_EPOCH = dt.date(1899, 12, 30)
EXCEL_DAYS = range(10_000, 80_000)  # 1927 to 2119


class Wrong(ValueError):  # noqa: N818  (read as: the cell is wrong)
    """The cell cannot be this: what is wrong, and what to write instead."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what, todo)
        self.what, self.todo = what, todo


@cache
def month_names() -> dict[str, int]:
    """Danish and English names of months, long and short."""
    found = {}
    for code, _name in settings.LANGUAGES:
        for width in ("wide", "abbreviated"):
            for form in ("format", "stand-alone"):
                for number, name in Locale(code).months[form][width].items():
                    found[fold(name).rstrip(".")] = number
    return found


def to_date(text: str, day_first: bool = True) -> dt.date:
    """A day from ISO, 1.3.2015, 1/3-2015, 1. marts 2015, March 1, 2015, or a spreadsheet's number of days.

    `day_first` says how 1/3/2015 is read. Two digits of a year are refused: nobody knows which century.
    """
    wrong = Wrong(_("“%(text)s” is not a day.") % {"text": text[:40]}, _("Write it as 2015-03-31."))
    plain = re.sub(r"[ T]\d{1,2}[:.]\d{2}([:.]\d{2})?(\.\d+)?$", "", text.strip())
    if re.fullmatch(r"\d{5}", plain) and int(plain) in EXCEL_DAYS:
        return EXCEL_EPOCH + dt.timedelta(days=int(plain))
    parts = [p for p in re.split(r"[\s.,/\-]+", fold(plain)) if p and p not in ("den", "d", "of", "the")]
    parts = [re.sub(r"(?<=\d)(st|nd|rd|th)$", "", p) for p in parts]
    if len(parts) == 1 and re.fullmatch(r"(19|20)\d{6}", parts[0]):
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if len(parts) != 3:
        raise Wrong(wrong.what, _("A day, a month and a year are needed: write it as 2015-03-31."))
    named = [i for i, p in enumerate(parts) if p.rstrip(".") in month_names()]
    numbers = [
        month_names()[p.rstrip(".")] if i in named else int(p) if re.fullmatch(r"[0-9]{1,4}", p) else 0
        for i, p in enumerate(parts)
    ]
    if re.fullmatch(r"\d{4}", parts[0]):
        year, month, day = numbers
    elif re.fullmatch(r"\d{4}", parts[2]):
        year, (day, month) = numbers[2], numbers[:2]
        if named == [0] or (not named and not day_first):
            day, month = month, day
    else:
        raise Wrong(wrong.what, _("Write the year with four digits: 2015-03-31."))
    if month > 12 >= day and not named:
        raise Wrong(wrong.what, _("Is the month written first? Then choose so above the columns, or write 2015-03-31."))
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise wrong from None


def to_number(text: str, comma: bool = True) -> Decimal:
    """A number with either mark. `comma`: 1,234 is a decimal comma; it counts only where both may be meant."""
    plain = re.sub(r"[\s\u00a0\u202f'’]|(?i:dkk|eur|kr\.?|€|%)", "", text)
    one_mark = re.fullmatch(r"([+-]?)(\d{1,15})(?:([.,])(\d{1,9}))?", plain)
    grouped = re.fullmatch(r"([+-]?\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?:([.,])(\d{1,9}))?", plain)
    if one_mark:
        sign, whole, mark, rest = one_mark.groups("")
        may_be_thousands = len(rest) == 3 and len(whole) <= 3 and whole[0] != "0"
        inner = "" if may_be_thousands and (mark == ",") != comma else "."
        return Decimal(f"{sign}{whole}{inner if mark else ''}{rest}")
    if grouped and grouped[3] != grouped[2]:
        return Decimal(re.sub("[.,]", "", grouped[1]) + f".{grouped[4] or 0}")
    raise Wrong(_("“%(text)s” is not a number.") % {"text": text[:40]}, _("Write digits, such as 1234,5."))


def to_truth(text: str) -> bool:
    word = fold(text)
    if word in YES | NO:
        return word in YES
    raise Wrong(_("“%(text)s” is neither yes nor no.") % {"text": text[:40]}, _("Write ja or nej, yes or no."))


def words_of(label: Any) -> set[str]:
    """A label in every language of the desk, folded."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.add(fold(str(label)))
    return found


class Cells:
    """Reads cells for one actor; remembers the rows that links can mean."""

    def __init__(self, actor: Actor, *, day_first: bool = True, comma: bool = True) -> None:
        self.actor, self.day_first, self.comma = actor, day_first, comma
        self.choices: dict[Any, dict[str, Any]] = {}
        self.rows: dict[Any, dict[str, list[Any]]] = {}

    def value(self, field: Any, text: str) -> Any:
        """The field's value, never empty. Raises `Wrong`."""
        if text in ERRORS:
            raise Wrong(
                _("The spreadsheet shows the error %(text)s.") % {"text": text}, _("Mend the formula, or empty it.")
            )
        if text.startswith("=") and len(text) > 1:
            raise Wrong(_("This looks like a formula."), _("Write the value itself (paste as values)."))
        if isinstance(field, models.ForeignKey):
            return self.row(field.related_model, text)
        if field.choices:
            return self.choice(field, text)
        if isinstance(field, models.DateTimeField):
            return self.moment(text)
        if isinstance(field, models.DateField):
            return to_date(text, self.day_first)
        if isinstance(field, models.BooleanField):
            return to_truth(text)
        if isinstance(field, (models.IntegerField, models.FloatField, models.DecimalField)):
            return self.number(field, text)
        return self.text(field, text)

    def text(self, field: Any, text: str) -> str:
        longest = getattr(field, "max_length", None)
        if not isinstance(field, models.TextField) or longest:
            text = " ".join(text.split())
        if field.name == "orcid":
            text = re.sub(r"^(https?://)?(www\.)?orcid\.org/", "", text.lower()).upper()
        if field.name == "ror":
            text = re.sub(r"^(https?://)?(www\.)?ror\.org/", "", text.lower())
        if isinstance(field, models.EmailField):
            text = text.lower().removeprefix("mailto:").strip()
        if isinstance(field, models.URLField) and "://" not in text and "." in text:
            text = f"https://{text}"
        if longest and len(text) > longest:
            what = _("The text has %(n)s characters, at most %(most)s fit.") % {"n": len(text), "most": longest}
            raise Wrong(what, _("Shorten it."))
        return text

    def number(self, field: Any, text: str) -> Any:
        found = to_number(text, self.comma)
        if isinstance(field, models.IntegerField):
            if found != int(found):
                raise Wrong(
                    _("“%(text)s” is not a whole number.") % {"text": text[:40]}, _("Write digits without a mark.")
                )
            return int(found)
        return float(found) if isinstance(field, models.FloatField) else found

    def moment(self, text: str) -> dt.datetime:
        clock = re.search(r"[ T](\d{1,2})[:.](\d{2})", text)
        day = to_date(text, self.day_first)
        try:
            time = dt.time(int(clock[1]), int(clock[2])) if clock else dt.time()
        except ValueError:
            raise Wrong(
                _("“%(text)s” is not a time.") % {"text": text[:40]}, _("Write it as 2015-03-31 14:30.")
            ) from None
        return timezone.make_aware(dt.datetime.combine(day, time))

    def choice(self, field: Any, text: str) -> Any:
        if field not in self.choices:
            self.choices[field] = {
                word: code for code, label in field.choices for word in (*words_of(label), fold(str(code)))
            }
        found = self.choices[field].get(fold(text))
        if found is None:
            allowed = ", ".join(str(label) for _code, label in field.choices)
            raise Wrong(
                _("“%(text)s” is not known here.") % {"text": text[:40]},
                _("Write one of: %(list)s.") % {"list": allowed},
            )
        return found

    def row(self, model: Any, text: str) -> Any:
        """The row that a text names: by an identifier, its name in any language, or what countries are called."""
        held = self.rows.setdefault(model, {}) or self.remember(model)
        found = held.get(fold(text)) or held.get(fold(text.rstrip("/").rsplit("/", 1)[-1])) or []
        if not found and model._meta.model_name == "country":
            from udsyn.facts import countries

            found = held.get(fold(countries.resolve(text) or "")) or []
        name = str(model._meta.verbose_name)
        if not found:
            what = _("There is no %(kind)s “%(text)s” here.") % {"kind": name, "text": text[:60]}
            raise Missing(model, text, what, _("Mend the spelling, or make the row first."))
        if len(found) > 1:
            what = _("%(n)s rows are called “%(text)s”.") % {"n": len(found), "text": text[:60]}
            raise Wrong(what, _("Write its id or another identifier instead."))
        return found[0]

    def remember(self, model: Any) -> dict[str, list[Any]]:
        """Folded text → the rows that it may mean, of those that the actor sees."""
        held = self.rows[model] = {}
        resource = RESOURCES.get(model._meta.model_name)
        rows = resource.rows(self.actor) if resource else model.objects.visible_to(self.actor)
        for row in rows:
            for word in names_of(row, resource):
                held.setdefault(word, []).append(row)
        return held

    def add(self, row: Any) -> None:
        """A row that does not exist yet but will, so that later cells can name it."""
        held = self.rows.setdefault(type(row), {})
        for word in names_of(row, RESOURCES[type(row)._meta.model_name]):
            held.setdefault(word, []).append(row)


class Missing(Wrong):
    """No row has that name: it could be made."""

    def __init__(self, model: Any, text: str, what: str, todo: str) -> None:
        super().__init__(what, todo)
        self.model, self.text = model, text


def names_of(row: Any, resource: Any) -> set[str]:
    """All folded texts by which a row may be called."""
    texts = [str(row), f"id:{row.pk}"]
    names = {"code", "slug", "name", "title", *(resource.importing.sure if resource and resource.importing else ())}
    for name in names & {f.name for f in row._meta.fields}:
        value = getattr(row, name)
        data = value.data if isinstance(value, LazyI18nString) else value
        texts += map(str, data.values()) if isinstance(data, dict) else [str(data or "")]
    return {fold(text) for text in texts} - {""}
