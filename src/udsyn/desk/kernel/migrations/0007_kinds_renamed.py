"""Two kinds have new names: what hangs on their rows follows. The ledger stays as it is; the last old line is noted."""

from django.db import migrations

RENAMED = {"programme": "workplan", "grant": "mandate"}
HANGS_ON = ("Comment", "HistoricalComment", "File", "HistoricalFile", "Proposal", "SavedView", "Index")


def rename(apps, schema_editor):
    for was, kind in RENAMED.items():
        for name in HANGS_ON:
            apps.get_model("core", name).objects.filter(kind=was).update(kind=kind)
    for token in apps.get_model("core", "Token").objects.all():
        parts = (scope.partition(":") for scope in token.scopes)
        token.scopes = [action + colon + RENAMED.get(kind, kind) for action, colon, kind in parts]
        token.save()
    last = apps.get_model("core", "Entry").objects.order_by("-seq").values_list("seq", flat=True).first()
    if last:
        meta = apps.get_model("core", "Meta").objects
        meta.create(key="last line before kinds were renamed", value=str(last))


class Migration(migrations.Migration):
    dependencies = (("core", "0006_ties"),)
    operations = (migrations.RunPython(rename),)
