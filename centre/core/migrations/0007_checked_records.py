"""Checks of the records are written once and bound by an entry each."""

from django.db import migrations, models

from centre.ledger.guards import WriteOnce


class Migration(migrations.Migration):
    """Earlier results stood in no entry and prove nothing: they go."""

    dependencies = [
        ('core', '0006_guards_of_restorations'),
    ]

    operations = [
        migrations.RunSQL(
            "DELETE FROM core_verificationrun", migrations.RunSQL.noop
        ),
        migrations.AddField(
            model_name='verificationrun',
            name='is_full',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='verificationrun',
            name='sizes',
            field=models.TextField(default='{}'),
        ),
        migrations.AddIndex(
            model_name='verificationrun',
            index=models.Index(fields=['-at'], name='verification_newest'),
        ),
        WriteOnce("core_verificationrun"),
    ]
