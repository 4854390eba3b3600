"""Who was the first to refuse what is asked about a published statement: a second one makes it so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0007_draft_holders"),
    ]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="refused_by",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="hiderequest",
            name="refused_by",
            field=models.CharField(blank=True, max_length=40),
        ),
    ]
