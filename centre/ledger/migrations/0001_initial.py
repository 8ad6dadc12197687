"""The three tables of the ledger, and the guards that keep them as written."""

import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

from centre.ledger import guards


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("log", models.CharField(max_length=120)),
                ("size", models.PositiveBigIntegerField()),
                ("root", models.BinaryField()),
                ("frontier", models.BinaryField()),
                ("note", models.TextField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "ledger_checkpoint",
                "ordering": ["log", "size"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("log", "size"),
                        name="ledger_checkpoint_one_for_each_size",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("root"), 32
                        ),
                        name="ledger_checkpoint_holds_a_root",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("log", models.CharField(max_length=120)),
                ("n", models.PositiveBigIntegerField()),
                ("stream", models.BinaryField()),
                ("sseq", models.PositiveBigIntegerField()),
                ("kind", models.CharField(max_length=40)),
                ("entry", models.BinaryField()),
                ("leaf", models.BinaryField()),
            ],
            options={
                "db_table": "ledger_entry",
                "ordering": ["log", "n"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("log", "n"), name="ledger_entry_one_at_each_position"
                    ),
                    models.UniqueConstraint(
                        fields=("log", "stream", "sseq"),
                        name="ledger_entry_streams_in_order",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("stream"), 16
                        ),
                        name="ledger_entry_stream_has_16_bytes",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("entry"), 65535
                        ),
                        name="ledger_entry_is_not_too_long",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("leaf"), 32
                        ),
                        name="ledger_entry_holds_a_leaf",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                (
                    "log",
                    models.CharField(max_length=120, primary_key=True, serialize=False),
                ),
                ("size", models.PositiveBigIntegerField()),
                ("last_leaf", models.BinaryField()),
                ("last_at", models.CharField(max_length=27)),
                ("vkey", models.CharField(max_length=200)),
            ],
            options={
                "db_table": "ledger_head",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("last_leaf"), 32
                        ),
                        name="ledger_head_holds_a_leaf",
                    )
                ],
            },
        ),
        guards.NextPosition(),
        guards.LeafOfEntry(),
        guards.WriteOnce("ledger_entry"),
        guards.WriteOnce("ledger_checkpoint"),
        guards.HeadMovesOn(),
    ]
