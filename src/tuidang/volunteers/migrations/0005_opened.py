"""The day on which a link opened an account, for as long as its word is not a second person's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("volunteers", "0004_consents"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="opened",
            field=models.DateField(blank=True, null=True),
        ),
    ]
