"""What was asked, matched, decided and handed over is written once."""

from django.db import migrations

from centre.ledger.guards import WriteOnce

TABLES = (
    "chain_of_custody_evidencerequest",
    "chain_of_custody_requestline",
    "chain_of_custody_linematch",
    "chain_of_custody_linedecision",
    "chain_of_custody_linetransfer",
    "chain_of_custody_requestend",
)


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies = [("chain_of_custody", "0002_requests")]
    operations = [WriteOnce(table) for table in TABLES]
