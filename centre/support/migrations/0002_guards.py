"""Rows that are written once, and former versions, are held by the database itself."""

from django.db import migrations

from centre.ledger.guards import WriteOnce

TABLES = (
    "support_appointment",
    "support_appointmentresult",
    "support_historicalgoal",
    "support_historicalplan",
    "support_historicalstep",
    "support_referral",
    "support_referralevent",
    "support_sessionnote",
    "support_supervision",
)


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies = [("support", "0001_initial")]
    operations = [WriteOnce(table) for table in TABLES]
