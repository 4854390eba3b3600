import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("pseudonym", models.CharField(max_length=40, unique=True)),
                ("groups", models.ManyToManyField(related_name="volunteers", to="auth.group")),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
