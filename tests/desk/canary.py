"""A person planted in every room: in each declared table, in its history, in files, talk, mails, logs and kept files.

It walks over what the rooms declare, so that a new room is planted too.
"""

from __future__ import annotations

import json

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from udsyn.desk.kernel import commands, search
from udsyn.desk.kernel.models import Import, Message, Row
from udsyn.desk.kernel.personal import STAYS, declared
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.tools import files

NAME, EMAIL = "Zéphyrine Quåxolotl", "Zephyrine.Q@xolotl.example"
PHONE, ORCID, AUTHOR = "+45 5550 1234", "0000-0009-1234-5675", "A777123456789"
#: what no byte may hold afterwards, in any of its spellings
TRACES = ("xolotl", "u00e5xolotl", PHONE.lower(), ORCID.lower())


def plant(actor):
    """The person, and what was planted by model. Everything is written twice, so that there is history."""
    person = Person(given_name="Zéphyrine", family_name="Quåxolotl", email=EMAIL, phone=PHONE, orcid=ORCID, note=NAME)
    commands.save(person, actor)
    person.title = "Dr"
    commands.save(person, actor, reason=f"{NAME} wrote to us")
    planted = {Person: person}
    for one in declared():
        if one.erase != STAYS and one.model not in planted:
            planted[one.model] = of_model(one, planted, actor)
    attach(person, actor)
    mention(actor, {row.pk for row in planted.values()})
    return person, planted


def of_model(one, planted, actor):
    """A row like one that the demonstration has, about the person wherever it can be."""
    model = one.model
    row = model._base_manager.first() or model()
    row.pk, row._state.adding = None, True
    for column in model._meta.concrete_fields:
        if column.is_relation and column.related_model in planted and column.name != "merged_into":
            setattr(row, column.name, planted[column.related_model])
        elif column.unique and column.has_default() and not column.primary_key:
            setattr(row, column.name, column.get_default())
        elif isinstance(column, models.DateField) and getattr(row, column.name) is None and not column.null:
            setattr(row, column.name, timezone.now())
        elif column.name == "object_id" and row.object_id is None:
            row.kind, row.object_id = "person", planted[Person].pk
        elif column.choices and not column.blank and getattr(row, column.name) in ("", None):
            setattr(row, column.name, column.choices[0][0])
        elif column.name == "digest":
            setattr(row, column.name, "0" * 64)
    for same in [other for other in declared() if other.model is model]:
        for name in same.fields:
            said(row, model._meta.get_field(name))
        for name in same.row:
            setattr(row, name, f"person:{planted[Person].pk}")
        for name in same.called:
            if isinstance(getattr(model, name, None), property) is False:
                setattr(row, name, NAME)
        for name in same.address:
            if "__" not in name:  # else it stands in a row that this one belongs to
                setattr(row, name, known_by(model._meta.get_field(name)))
    try:
        with transaction.atomic():
            return written(row, actor)
    except IntegrityError:  # there can be one only: take over the one that is there
        kept = model._base_manager.first()
        if kept is None:
            raise
        for column in model._meta.concrete_fields:
            if column.name in {*one.fields, *one.address} or column.name in one.subject:
                setattr(kept, column.name, getattr(row, column.name))
        return written(kept, actor)


def known_by(column):
    if isinstance(column, models.EmailField):
        return EMAIL
    return ORCID if column.name.endswith("orcid") else AUTHOR


def said(row, column):
    """Their name in a column, in the form that it has."""
    if isinstance(column, models.JSONField):
        setattr(row, column.name, {"who": NAME, "list": [NAME, 7]})
    elif isinstance(column, models.EmailField):
        setattr(row, column.name, EMAIL)
    elif isinstance(column, models.CharField | models.TextField) and not column.choices:
        setattr(row, column.name, f"{NAME}"[: column.max_length])


def written(row, actor):
    if not isinstance(row, Row):
        row.save()
        return row
    stored = type(row)._base_manager.filter(pk=row.pk).first() if row.pk else None
    commands.write(row, actor, "change" if stored else "create", stored, reason=f"about {NAME}")
    return commands.write(row, actor, "change", type(row)._base_manager.get(pk=row.pk), reason=f"again {NAME}")


def attach(person, actor):
    """Files, talk, an account with a session, mails, an import, lines of the ledger that others wrote."""
    upload = SimpleUploadedFile("cv.txt", f"Curriculum of {NAME}, {EMAIL}".encode())
    files.attach(person, actor, upload)
    commands.comment(person, actor, f"{NAME} called.", "colleagues")
    search.put(person)
    user, message = actor.user, f"Dear {NAME}"
    Message.objects.create(recipient=EMAIL, subject=message, body=f"{message}, welcome.", responsible=user)
    Message.objects.create(recipient="b@example.org", subject="Guests", body=f"{message} comes too.", responsible=user)
    Import.objects.create(
        kind="person", name="guests.csv", sha256="", owner=user, plan={"lines": [{"name": NAME}]}, altered=[EMAIL]
    )


def mention(actor, but):
    """Their name in a free text of a row of every list that others own."""
    for resource in RESOURCES.values():
        held = (column for column in resource.model._meta.concrete_fields if type(column) is models.TextField)
        texts = [column for column in held if column.name in resource.form]
        row = resource.model._base_manager.exclude(pk__in=but).first()
        if texts and row is not None and isinstance(row, Row):
            setattr(row, texts[0].name, f"Agreed with {NAME.upper()} ({EMAIL}) on the phone.")
            written(row, actor)


def rows_of_the_database():
    """Every value of every table as text, read without the desk: (table, column, value)."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [part[0] for part in cursor.description]
            for number, values in enumerate(cursor.fetchall()):
                for name, value in zip(names, values, strict=True):
                    yield table, number, name, value if isinstance(value, str) else json.dumps(value, default=str)


def traces():
    """Where the database still holds them: (table, column, value)."""
    return [
        (table, name, value)
        for table, _number, name, value in rows_of_the_database()
        if any(trace in value.lower() for trace in TRACES)
    ]


def account(person):
    return get_user_model().objects.filter(person=person).first()
