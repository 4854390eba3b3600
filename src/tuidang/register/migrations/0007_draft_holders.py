"""What lets a browser go on with people of a call that is over: dead once somebody else had the call."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0006_day_origin"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="holders",
            field=models.CharField(blank=True, default="", max_length=67),
        ),
    ]
