"""Rows that are written once are held by the database itself."""

from django.db import migrations

from centre.ledger.guards import WriteOnce

TABLES = ("intake_identity", "intake_safecontact", "intake_filledform")


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies = [("intake", "0001_initial")]
    operations = [WriteOnce(table) for table in TABLES]
