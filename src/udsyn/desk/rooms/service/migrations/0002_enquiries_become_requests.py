"""What the contact form took in before becomes requests, with comments and files; the ledger keeps its lines."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.color import no_style
from django.db import migrations

STATES = {"received": "received", "taken": "accepted", "answered": "closed", "discarded": "declined"}


def become_requests(apps: Any, schema: Any) -> None:
    requests, steps = apps.get_model("service", "Request"), apps.get_model("service", "Step")
    enquiries = apps.get_model("posts", "Enquiry").objects.order_by("pk")
    for old in enquiries:
        state = STATES[old.state]
        day = old.created.date()
        requests.objects.bulk_create(
            [
                requests(
                    pk=old.pk,
                    state=state,
                    centre=old.centre,
                    channel="form",
                    received=day,
                    name=old.name,
                    email=old.email,
                    organisation_name=old.organisation,
                    text=old.text,
                    handler=old.handler,
                    organisation=old.sender_organisation,
                    sender_user=old.sender_user,
                    result="answered" if state == "closed" else None,
                    keep_until=day + dt.timedelta(days=1826),
                    note=old.note,
                    created=old.created,
                    changed=old.changed,
                )
            ]
        )
        said = {"accepted": ["accepted"], "closed": ["accepted", "closed"], "declined": ["declined"]}.get(state, [])
        for what, at in [("received", old.created), *((what, old.changed) for what in said)]:
            line = steps.objects.create(request_id=old.pk, what=what, detail="form" if what == "received" else "")
            steps.objects.filter(pk=line.pk).update(at=at)
    for name in ("Comment", "File", "Index", "Proposal"):
        apps.get_model("core", name).objects.filter(kind="enquiry").update(kind="request")
    for statement in schema.connection.ops.sequence_reset_sql(no_style(), [requests]):
        schema.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("service", "0001_initial"), ("posts", "0001_initial"), ("core", "0002_ledger_append_only"))
    operations = (migrations.RunPython(become_requests, migrations.RunPython.noop),)
