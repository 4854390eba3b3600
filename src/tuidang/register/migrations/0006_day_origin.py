from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0005_leases"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayOriginCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("province", models.CharField(max_length=6)),
                ("statements", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("day", "province"), name="day_origin_once")],
            },
        ),
    ]
