from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0008_anchors")]

    operations = [
        migrations.AddField(
            model_name="centre",
            name="epoch",
            field=models.PositiveSmallIntegerField(default=1),
        ),
    ]
