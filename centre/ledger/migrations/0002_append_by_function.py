"""PostgreSQL appends through functions of its own; guards let a batch through."""

from django.db import migrations

from centre.ledger.append.sql import AppendByFunction


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [AppendByFunction()]
