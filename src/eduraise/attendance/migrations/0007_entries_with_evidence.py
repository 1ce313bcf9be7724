from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def enter_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Entries that were made without what they rest on are worked out once more."""
    entered = apps.get_model("attendance", "Mark").objects.exclude(late_status="")
    registers = apps.get_model("attendance", "Register").objects.filter(
        pk__in=entered.values("register"), rolled_up_at__isnull=True
    )
    registers.update(facts_version=models.F("facts_version") + 1)


class Migration(migrations.Migration):
    dependencies = [
        ("attendance", "0006_ruled_version"),
    ]

    operations = [
        migrations.AddField(
            model_name="mark",
            name="late_evidence",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="markchange",
            name="cause",
            field=models.CharField(
                choices=[
                    ("hand", "By hand"),
                    ("late_facts", "Zoom told more later"),
                    ("rules", "The rules changed"),
                    ("excuse", "An excuse"),
                    ("identity", "A participant was named"),
                    ("enrolment", "The enrolment changed"),
                    ("entry", "Known after the lock, let count"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="mark",
            index=models.Index(
                condition=models.Q(("late_status", ""), _negated=True),
                fields=["register"],
                name="mark_entered",
            ),
        ),
        migrations.RunPython(enter_again, migrations.RunPython.noop, elidable=True),
    ]
