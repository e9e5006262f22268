"""One verb over many requests, and what came of it for each."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0003_one_index_each'),
        ('tickets', '0008_running_procedures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bulk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=64)),
                ('shops', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('verb', models.CharField(max_length=40)),
                ('data', models.JSONField(default=dict)),
                ('selection', models.JSONField(default=dict)),
                ('language', models.CharField(max_length=10)),
                ('state', models.CharField(choices=[('running', 'running'), ('finished', 'finished'), ('cancelled', 'cancelled')], default='running', max_length=10)),
                ('total', models.PositiveIntegerField()),
                ('waiting', models.PositiveIntegerField()),
                ('done', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('cancelled', models.PositiveIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('starts_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bulks', to=settings.AUTH_USER_MODEL)),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='tickets.bulk')),
            ],
        ),
        migrations.CreateModel(
            name='BulkRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('next_try_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.TextField(blank=True, default='')),
                ('dead_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('done', 'done'), ('refused', 'refused'), ('cancelled', 'cancelled')], default='waiting', max_length=10)),
                ('data', models.JSONField(default=dict)),
                ('kept', models.JSONField(null=True)),
                ('sentence', models.TextField(blank=True, default='')),
                ('settled_at', models.DateTimeField(null=True)),
                ('bulk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='tickets.bulk')),
                ('event', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='events.event')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='bulk',
            index=models.Index(fields=['owner', '-id'], name='bulks_of_person'),
        ),
        migrations.AddIndex(
            model_name='bulk',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['owner'], name='bulks_running'),
        ),
        migrations.AddIndex(
            model_name='bulk',
            index=django.contrib.postgres.indexes.GinIndex(fields=['shops'], name='bulks_of_shops'),
        ),
        migrations.AddConstraint(
            model_name='bulk',
            constraint=models.UniqueConstraint(fields=('code',), name='one_bulk_per_code'),
        ),
        migrations.AddConstraint(
            model_name='bulk',
            constraint=models.UniqueConstraint(fields=('owner', 'key'), name='one_bulk_per_key'),
        ),
        migrations.AddConstraint(
            model_name='bulk',
            constraint=models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('waiting'), '+', models.F('done')), '+', models.F('refused')), '+', models.F('cancelled'))), ('total__gte', 1)), name='bulk_counts_every_row'),
        ),
        migrations.AddConstraint(
            model_name='bulk',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('ended_at__isnull', False), ('waiting', 0)), _connector='OR'), name='bulk_ended_has_time'),
        ),
        migrations.AddIndex(
            model_name='bulkrow',
            index=models.Index(condition=models.Q(('next_try_at__isnull', False)), fields=['next_try_at', 'id'], name='bulk_row_waiting'),
        ),
        migrations.AddIndex(
            model_name='bulkrow',
            index=models.Index(fields=['bulk', 'state', 'id'], name='bulk_rows_by_state'),
        ),
        migrations.AddConstraint(
            model_name='bulkrow',
            constraint=models.UniqueConstraint(fields=('bulk', 'ticket'), name='one_row_per_bulk_and_ticket'),
        ),
        migrations.AddConstraint(
            model_name='bulkrow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('next_try_at__isnull', True), ('settled_at__isnull', False)), _connector='OR'), name='bulk_row_settled_once'),
        ),
        migrations.AddConstraint(
            model_name='bulkrow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('event__isnull', True), ('state__in', ['waiting', 'cancelled'])), models.Q(('event__isnull', False), ('state', 'done')), models.Q(('event__isnull', True), ('state', 'refused'), models.Q(('sentence', ''), _negated=True)), _connector='OR'), name='bulk_row_says_what_came'),
        ),
    ]
