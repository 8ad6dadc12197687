"""Proposals, answers and executions are written once."""

from django.db import migrations

from centre.ledger.guards import WriteOnce

TABLES = ("core_proposal", "core_approval", "core_execution")


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies = [("core", "0003_approvals")]
    operations = [WriteOnce(table) for table in TABLES]
