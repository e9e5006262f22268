# Rules of time that change: what that does to the clocks that run, and how far it has been done.

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0003_digest'),
        ('tickets', '0019_waiting_counts'),
        ('versions', '0003_drafts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Recount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('next_try_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.TextField(blank=True, default='')),
                ('dead_at', models.DateTimeField(null=True)),
                ('code', models.CharField(max_length=20)),
                ('rule_kind', models.CharField(max_length=30)),
                ('rule_code', models.CharField(max_length=60)),
                ('body', models.JSONField()),
                ('seen', models.CharField(blank=True, default='', max_length=20)),
                ('state', models.CharField(choices=[('running', 'running'), ('paused', 'paused'), ('finished', 'finished'), ('cancelled', 'cancelled')], default='running', max_length=10)),
                ('position', models.BigIntegerField(default=0)),
                ('first', models.BigIntegerField(default=0)),
                ('last', models.BigIntegerField(default=0)),
                ('skipped', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('looked', models.PositiveIntegerField(default=0)),
                ('written', models.PositiveIntegerField(default=0)),
                ('moved', models.PositiveIntegerField(default=0)),
                ('late', models.PositiveIntegerField(default=0)),
                ('relieved', models.PositiveIntegerField(default=0)),
                ('ended', models.PositiveIntegerField(default=0)),
                ('found', models.JSONField(default=dict)),
                ('asked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.shop')),
                ('version', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='versions.version')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('next_try_at__isnull', False)), fields=['next_try_at', 'id'], name='recount_waiting'), models.Index(fields=['shop', 'rule_kind', 'rule_code', '-id'], name='recounts_of_rule')],
                'constraints': [models.UniqueConstraint(fields=('code',), name='one_recount_per_code'), models.UniqueConstraint(condition=models.Q(('state__in', ['running', 'paused']), ('version__isnull', False)), fields=('shop', 'rule_kind', 'rule_code'), name='one_open_recount_per_rule'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ['running', 'paused'])), models.Q(('ended_at__isnull', False), ('next_try_at__isnull', True), ('state__in', ['finished', 'cancelled'])), _connector='OR'), name='recount_ended_has_time')],
            },
        ),
    ]
