"""Ordering by texts in several languages: as the reader's language has them, capitals and small letters alike."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, Func
from i18nfield.fields import I18nCharField, I18nTextField

from udsyn.desk.kernel.wording import language

#: a stored text is plain, or an object language → text
SQLITE = "CASE WHEN json_valid({0}) THEN lower(coalesce({1})) ELSE lower({0}) END", "json_extract({0}, '$.{1}')"
POSTGRESQL = "CASE WHEN {0} LIKE '{{%%%%' THEN lower(coalesce({1})) ELSE lower({0}) END", "({0})::json->>'{1}'"


class Spoken(Func):
    """A text in several languages, in the reader's own where it has that, else in another."""

    output_field = CharField()

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def template_of(self, forms: tuple[str, str]) -> str:
        codes = [code for code, _name in settings.LANGUAGES]
        codes.sort(key=lambda code: code != language())
        whole, one = forms
        texts = ", ".join(one.format("%(expressions)s", code) for code in codes)
        return whole.format("%(expressions)s", texts + ", ''")

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return super().as_sql(compiler, connection, template=self.template_of(SQLITE), **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return super().as_sql(compiler, connection, template=self.template_of(POSTGRESQL), **more)


def of(model: Any) -> list[Any]:
    """A model's own order, or the one in which readers look for its rows (`read_by`)."""
    return [by(model, path) for path in getattr(model, "read_by", model._meta.ordering)]


def by(model: Any, path: Any) -> Any:
    """What the database orders by for a path such as `-agreement__title`."""
    if not isinstance(path, str):
        return path
    plain, field = path.lstrip("-"), None
    for name in plain.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return path  # something that was counted
        model = field.related_model or model
    if not isinstance(field, (I18nCharField, I18nTextField)):
        return path
    spoken = Spoken(plain)
    return spoken.desc() if path.startswith("-") else spoken.asc()
