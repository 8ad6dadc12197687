"""Rows that are written once are held by the database itself."""

from django.db import migrations

from centre.ledger.guards import WriteOnce

TABLES = (
    "core_case",
    "core_consentconversation",
    "core_consentdecision",
    "core_opening",
    "core_accessnote",
)


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies = [("core", "0001_initial")]
    operations = [WriteOnce(table) for table in TABLES]
