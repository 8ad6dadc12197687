"""That a case was closed, or opened again, is written once."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import centre.vault.fields
from centre.ledger.guards import WriteOnce


class Migration(migrations.Migration):
    """The table and its guard."""

    dependencies = [
        ('core', '0012_time_stamps'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseClosing',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('reason', models.CharField(choices=[('completed', 'Care is completed'), ('moved', 'Care goes on at another centre'), ('declined', 'She wants nothing more from us'), ('lost', 'No contact for long'), ('error', 'Opened in error'), ('reopened', 'Opened again')], max_length=12)),
                ('at', models.DateTimeField()),
                ('details', centre.vault.fields.EncryptedJSON(scope='case_id')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings', to='core.case')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('case', 'number'), name='case_closing_in_order')],
            },
        ),
        WriteOnce("core_caseclosing"),
    ]
