"""What was accepted as lost is written once."""

from django.db import migrations

from centre.ledger.guards import WriteOnce


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies = [("core", "0005_restorations")]
    operations = [WriteOnce("core_restoration")]
