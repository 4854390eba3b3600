import django.db.models.deletion
import tuidang.field.codes
import tuidang.register.models
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "code",
                    models.CharField(
                        default=tuidang.field.codes.random_code,
                        max_length=6,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("region", models.CharField(max_length=6)),
                ("is_open", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="TeamCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        default=tuidang.register.models.random_key, primary_key=True, serialize=False
                    ),
                ),
                ("label", models.CharField(max_length=40)),
                ("hash", models.BinaryField(max_length=32, unique=True)),
                ("day", models.DateField()),
                ("revoked", models.DateField(null=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="team_codes",
                        to="field.site",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        default=tuidang.register.models.random_key, primary_key=True, serialize=False
                    ),
                ),
                ("uuid", models.UUIDField(unique=True)),
                ("week", models.CharField(max_length=8)),
                ("day", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sealed", "Sealed"),
                            ("taken", "Taken"),
                            ("refused", "Refused"),
                            ("unreadable", "Unreadable"),
                        ],
                        default="sealed",
                        max_length=10,
                    ),
                ),
                ("payload", models.BinaryField()),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="field.site"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "week"], name="entry_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["sealed", "taken", "refused", "unreadable"])),
                        name="entry_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sealed"), models.Q(("payload", b""), _negated=True)),
                            models.Q(models.Q(("state", "sealed"), _negated=True), ("payload", b"")),
                            _connector="OR",
                        ),
                        name="entry_emptied_once_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        default=tuidang.register.models.random_key, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("entries", models.PositiveIntegerField()),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="days", to="field.site"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("site", "day"), name="site_day_once")],
            },
        ),
    ]
