"""What happens to a request beside its lines, written once."""

import centre.chain_of_custody.rules.request_steps
import centre.vault.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


from centre.ledger.guards import WriteOnce

TABLES = (
    "chain_of_custody_requeststep",
    "chain_of_custody_requestparty",
    "chain_of_custody_requestpaper",
    "chain_of_custody_linepart",
    "chain_of_custody_lineterms",
    "chain_of_custody_linerelease",
)


class Migration(migrations.Migration):

    dependencies = [
        ('chain_of_custody', '0006_seal_rolls'),
        ('core', '0004_guards_of_approvals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='transfer',
            name='basis',
            field=models.CharField(choices=[('consent', "The survivor's consent"), ('court_order', 'Order of a court'), ('warrant', 'Search warrant'), ('subpoena', 'Subpoena'), ('statute', 'Statute'), ('emergency', 'Threat to life')], max_length=12),
        ),
        migrations.CreateModel(
            name='RequestDraft',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kept_at', models.DateTimeField()),
                ('content', centre.vault.fields.EncryptedJSON(scope=uuid.UUID('00000000-0000-0000-0000-000000000000'))),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.centre')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-kept_at'],
            },
        ),
        migrations.CreateModel(
            name='RequestPaper',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=16)),
                ('blob_id', models.UUIDField(unique=True)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('cipher_sha256', models.CharField(max_length=64)),
                ('kept_at', models.DateTimeField()),
                ('kept_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='chain_of_custody.requestline')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='chain_of_custody.evidencerequest')),
            ],
            options={
                'ordering': ['kept_at'],
            },
        ),
        migrations.CreateModel(
            name='RequestParty',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=16)),
                ('details', centre.vault.fields.EncryptedJSON(scope=uuid.UUID('00000000-0000-0000-0000-000000000000'))),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='party', to='chain_of_custody.evidencerequest')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LinePart',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='part', to='chain_of_custody.requestline')),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='chain_of_custody.requestline')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('line', models.F('of')), _negated=True), name='line_part_of_another')],
            },
        ),
        migrations.CreateModel(
            name='LineRelease',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('link', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='release', to='chain_of_custody.linetransfer')),
                ('released_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by', models.F('released_by')), _negated=True), name='line_release_decider_does_not_release'), models.CheckConstraint(condition=models.Q(('asked_by__isnull', True), models.Q(models.Q(('asked_by', models.F('released_by')), _negated=True), models.Q(('asked_by', models.F('decided_by')), _negated=True)), _connector='OR'), name='line_release_requester_does_neither')],
            },
        ),
        migrations.CreateModel(
            name='LineTerms',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('return_by', models.DateField(null=True)),
                ('may_consume', models.BooleanField(default=False)),
                ('details', centre.vault.fields.EncryptedJSON(scope=uuid.UUID('00000000-0000-0000-0000-000000000000'))),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='conditions', to='chain_of_custody.linedecision')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('asked_by__isnull', True), models.Q(('asked_by', models.F('decided_by')), _negated=True), _connector='OR'), name='line_terms_decider_did_not_ask')],
            },
        ),
        migrations.CreateModel(
            name='RequestStep',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('step', models.CharField(choices=[(centre.chain_of_custody.rules.request_steps.Step['PINNED'], 'Received; its clocks are set'), (centre.chain_of_custody.rules.request_steps.Step['INFO_ASKED'], 'Asked the requester'), (centre.chain_of_custody.rules.request_steps.Step['INFO_GIVEN'], 'The requester answered'), (centre.chain_of_custody.rules.request_steps.Step['TRIAGED'], 'Triage done'), (centre.chain_of_custody.rules.request_steps.Step['SURVIVOR_ASKED'], 'The survivor is to be asked'), (centre.chain_of_custody.rules.request_steps.Step['SURVIVOR_TRIED'], 'Contact was tried'), (centre.chain_of_custody.rules.request_steps.Step['SURVIVOR_ANSWERED'], "The survivor's answer is kept"), (centre.chain_of_custody.rules.request_steps.Step['LEGAL_ASKED'], 'Legal review is needed'), (centre.chain_of_custody.rules.request_steps.Step['LEGAL_REVIEWED'], 'Legal review done'), (centre.chain_of_custody.rules.request_steps.Step['EMERGENCY_REVIEWED'], 'Emergency release reviewed'), (centre.chain_of_custody.rules.request_steps.Step['PICKUP_SCHEDULED'], 'Pick-up arranged'), (centre.chain_of_custody.rules.request_steps.Step['WITHDRAWAL_FORWARDED'], 'Withdrawal forwarded to the holder'), (centre.chain_of_custody.rules.request_steps.Step['DISPUTED'], 'The requester disputes the answer'), (centre.chain_of_custody.rules.request_steps.Step['DISPUTE_ANSWERED'], 'The dispute is answered'), (centre.chain_of_custody.rules.request_steps.Step['EXPIRED'], 'Expired'), (centre.chain_of_custody.rules.request_steps.Step['RETURNED'], 'Return confirmed'), (centre.chain_of_custody.rules.request_steps.Step['CLOSED'], 'Closed')], max_length=24)),
                ('code', models.CharField(blank=True, max_length=40)),
                ('planned_at', models.DateTimeField(null=True)),
                ('at', models.DateTimeField()),
                ('details', centre.vault.fields.EncryptedJSON(scope=uuid.UUID('00000000-0000-0000-0000-000000000000'))),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='chain_of_custody.requestline')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='chain_of_custody.evidencerequest')),
            ],
            options={
                'ordering': ['number'],
                'indexes': [models.Index(fields=['step', 'person'], name='request_step_of_person')],
                'constraints': [models.UniqueConstraint(fields=('request', 'number'), name='request_step_in_order')],
            },
        ),
        *[WriteOnce(table) for table in TABLES],
    ]
