"""Roots of full tiles; they are made from the leaves and bear no guard."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The table."""

    dependencies = [("ledger", "0003_log_keys")]

    operations = [
        migrations.CreateModel(
            name="Tile",
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
                ("level", models.PositiveSmallIntegerField()),
                ("number", models.PositiveBigIntegerField()),
                ("root", models.BinaryField()),
            ],
            options={
                "db_table": "ledger_tile",
                "ordering": ["log", "level", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("log", "level", "number"), name="ledger_tile_once"
                    )
                ],
            },
        ),
    ]
