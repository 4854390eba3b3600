from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0004_canary_rounds"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("waiting", models.BigIntegerField(primary_key=True, serialize=False)),
                ("reviewer", models.CharField(max_length=40)),
                ("until", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["reviewer"], name="lease_reviewer")],
            },
        ),
    ]
