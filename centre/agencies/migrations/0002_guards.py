"""Rows that are written once are held by the database itself."""

from django.db import migrations

from centre.ledger.guards import WriteOnce

TABLES = (
    "agencies_agency",
    "agencies_description",
    "agencies_agencymember",
    "agencies_agencymemberend",
)


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies = [("agencies", "0001_initial")]
    operations = [WriteOnce(table) for table in TABLES]
