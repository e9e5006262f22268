from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='is_mailed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='response',
            name='completed_at',
            field=models.DateTimeField(null=True),
        ),
    ]
