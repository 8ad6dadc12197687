"""What was put back out of a mirror is written once."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from centre.ledger.guards import WriteOnce


class Migration(migrations.Migration):
    """The table and its guard."""

    dependencies = [("core", "0010_passkeys")]

    operations = [
        migrations.CreateModel(
            name="Replay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("log", models.CharField(max_length=120)),
                ("first", models.PositiveBigIntegerField()),
                ("size", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replays",
                        to="core.centre",
                    ),
                ),
            ],
            options={"ordering": ["-at"]},
        ),
        WriteOnce("core_replay"),
    ]
