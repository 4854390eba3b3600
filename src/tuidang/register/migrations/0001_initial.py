from django.db import migrations, models

import tuidang.register.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DayCount",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("statements", models.PositiveBigIntegerField(default=0)),
                ("withheld", models.PositiveBigIntegerField(default=0)),
                ("uncounted", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reviewer", models.CharField(max_length=40)),
                ("act", models.CharField(max_length=20)),
                ("day", models.DateField()),
                ("object", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="DayChannelCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("channel", models.CharField(max_length=20)),
                ("statements", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("day", "channel"), name="day_channel_once")],
            },
        ),
        migrations.CreateModel(
            name="DayOrgsCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("orgs", models.CharField(max_length=24)),
                ("statements", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("day", "orgs"), name="day_orgs_once")],
            },
        ),
        migrations.CreateModel(
            name="DayRegionCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("region", models.CharField(blank=True, max_length=6)),
                ("statements", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("day", "region"), name="day_region_once")],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("leaf", models.BigIntegerField(unique=True)),
                (
                    "by",
                    models.CharField(
                        choices=[("owner", "Owner"), ("phone", "Phone"), ("reviewers", "Reviewers")],
                        max_length=9,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("consented", "Consented"),
                            ("done", "Done"),
                            ("noticed", "Noticed"),
                        ],
                        max_length=9,
                    ),
                ),
                ("day", models.DateField()),
                ("asked_by", models.CharField(blank=True, max_length=40)),
                ("consented_by", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "day"], name="erasure_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("leaf__gte", 0)), name="erasure_leaf_from_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by", "reviewers"), _negated=True),
                            ("state", "asked"),
                            models.Q(
                                models.Q(("consented_by", ""), _negated=True),
                                models.Q(("asked_by", models.F("consented_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="erasure_by_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by", "phone"), _negated=True),
                            ("state", "asked"),
                            models.Q(("consented_by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="erasure_by_phone_with_consent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=200)),
                ("size", models.BigIntegerField(default=0)),
                ("checkpoint", models.TextField()),
                ("batch", models.BinaryField(default=b"")),
                ("published", models.DateField(null=True)),
                ("noticed", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="head_is_one"),
                    models.CheckConstraint(condition=models.Q(("size__gte", 0)), name="head_size_from_zero"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HideRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("leaf", models.BigIntegerField(unique=True)),
                ("day", models.DateField()),
                ("refused", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("leaf__gte", 0)), name="hide_leaf_from_zero")
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hash", models.BinaryField(max_length=64, unique=True)),
                ("spoken_hash", models.BinaryField(max_length=64, null=True, unique=True)),
                ("leaf", models.BigIntegerField(null=True, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("published", "Published"),
                            ("erased", "Erased"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=9,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("leaf__gte", 0),
                                ("leaf__isnull", False),
                                ("state__in", ["published", "erased"]),
                            ),
                            models.Q(("leaf__isnull", True), ("state__in", ["rejected", "withdrawn"])),
                            _connector="OR",
                        ),
                        name="receipt_leaf_once_published",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TextCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        default=tuidang.register.models.random_key, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("group", models.BinaryField(max_length=32)),
                ("seen", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("day", "group"), name="text_count_once")],
            },
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        default=tuidang.register.models.random_key, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("accepted", "Accepted"), ("held", "Held"), ("rejected", "Rejected")],
                        max_length=8,
                    ),
                ),
                ("slow", models.BooleanField(default=False)),
                ("reasons", models.CharField(blank=True, max_length=80)),
                ("group", models.BinaryField(default=b"", max_length=32)),
                ("payload", models.BinaryField()),
                ("undo", models.BinaryField(default=b"")),
                ("decided", models.BooleanField(default=False)),
                ("rejection", models.CharField(blank=True, max_length=20)),
                ("receipt_hash", models.BinaryField(max_length=64, unique=True)),
                ("spoken_hash", models.BinaryField(max_length=64, null=True, unique=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["day", "state", "slow"], name="waiting_state"),
                    models.Index(
                        condition=models.Q(("state", "held")),
                        fields=["reasons", "group"],
                        name="waiting_held",
                    ),
                    models.Index(
                        condition=models.Q(("decided", True)), fields=["id"], name="waiting_decided"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["accepted", "held", "rejected"])),
                        name="waiting_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "held"), _negated=True),
                            models.Q(("reasons", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="waiting_held_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "rejected"), models.Q(("rejection", ""), _negated=True)),
                            models.Q(models.Q(("state", "rejected"), _negated=True), ("rejection", "")),
                            _connector="OR",
                        ),
                        name="waiting_rejected_for_a_reason",
                    ),
                ],
            },
        ),
    ]
