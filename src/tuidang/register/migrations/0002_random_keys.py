from django.db import migrations, models

from tuidang.register.models import random_key


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="id",
            field=models.BigAutoField(default=random_key, primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name="erasure",
            name="id",
            field=models.BigAutoField(default=random_key, primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name="hiderequest",
            name="id",
            field=models.BigAutoField(default=random_key, primary_key=True, serialize=False),
        ),
    ]
