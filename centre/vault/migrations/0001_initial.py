"""The key store's three tables; they exist in the database `keys` only."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CentreKey",
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
                ("centre_id", models.UUIDField()),
                ("generation", models.PositiveSmallIntegerField(default=1)),
                ("wrapped", models.BinaryField()),
            ],
            options={
                "db_table": "vault_centre_key",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("centre_id", "generation"), name="centre_key_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RootCheck",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, primary_key=True, serialize=False
                    ),
                ),
                ("wrapped", models.BinaryField()),
            ],
            options={
                "db_table": "vault_root_check",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="root_check_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseKey",
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
                ("case_id", models.UUIDField()),
                ("generation", models.PositiveSmallIntegerField(default=1)),
                ("wrapped", models.BinaryField(null=True)),
                (
                    "centre_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.centrekey",
                    ),
                ),
            ],
            options={
                "db_table": "vault_case_key",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case_id", "generation"), name="case_key_once"
                    )
                ],
            },
        ),
    ]
