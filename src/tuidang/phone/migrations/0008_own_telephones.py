from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("phone", "0007_lists_that_wait"),
    ]

    operations = [
        migrations.AddField(
            model_name="duty",
            name="sealed",
            field=models.BinaryField(default=b"", max_length=112),
        ),
        migrations.AddField(
            model_name="duty",
            name="sealed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sealed", b""), ("sealed_on__isnull", True)),
                    models.Q(models.Q(("sealed", b""), _negated=True), ("sealed_on__isnull", False)),
                    _connector="OR",
                ),
                name="duty_number_has_a_key",
            ),
        ),
    ]
