"""Rows that are written once are held by the database itself."""

from django.db import migrations

from centre.ledger.guards import WriteOnce

TABLES = (
    "forensics_examination",
    "forensics_completion",
    "forensics_addendum",
    "forensics_injury",
    "forensics_photograph",
    "forensics_photographcopy",
    "forensics_sampletaken",
    "forensics_adviceanswer",
)


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies = [("forensics", "0001_initial")]
    operations = [WriteOnce(table) for table in TABLES]
