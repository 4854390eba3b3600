from django.db import migrations, models

import tuidang.register.models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0003_draft"),
    ]

    operations = [
        migrations.CreateModel(
            name="CanaryRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        default=tuidang.register.models.random_key, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "Asked"), ("granted", "Granted"), ("done", "Done")], max_length=7
                    ),
                ),
                ("day", models.DateField()),
                ("asked_by", models.CharField(max_length=40)),
                ("granted_by", models.CharField(blank=True, max_length=40)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("sent", models.JSONField()),
                ("found", models.JSONField()),
                ("leaves", models.JSONField(default=list)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "asked"),
                            models.Q(
                                models.Q(("granted_by", ""), _negated=True),
                                models.Q(("asked_by", models.F("granted_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="canaries_by_two_people",
                    )
                ],
            },
        ),
    ]
