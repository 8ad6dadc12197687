"""The later keys of a log, written once."""

from django.db import migrations, models

from centre.ledger import guards


class Migration(migrations.Migration):
    """The table and its guard."""

    dependencies = [("ledger", "0002_append_by_function")]

    operations = [
        migrations.CreateModel(
            name="LogKey",
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
                ("vkey", models.CharField(max_length=200)),
                ("signature", models.BinaryField()),
            ],
            options={
                "db_table": "ledger_key",
                "ordering": ["log", "n"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("log", "n"), name="ledger_key_one_at_each_position"
                    )
                ],
            },
        ),
        guards.WriteOnce("ledger_key"),
    ]
