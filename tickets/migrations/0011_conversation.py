# Drafts, notes of hand-over, replies of shops and persons, and the mark of what a pack may write over.

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


def refuse_to_lose_replies(apps, schema_editor):
    """Backwards, a reply belongs to nobody: those of a shop or a person would be lost, or be everybody's."""
    kept = apps.get_model("tickets", "Macro").objects.exclude(shop=None, owner=None).count()
    if kept:
        raise RuntimeError(
            f"{kept} canned replies belong to shops or persons, which the version before does not know. "
            "Remove them under Canned replies (or DELETE FROM tickets_macro WHERE shop_id IS NOT NULL OR "
            "owner_id IS NOT NULL), then migrate back again."
        )


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0003_digest'),
        ('tickets', '0010_knowledge'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visibility', models.CharField(choices=[('public', 'Public'), ('internal', 'Internal')], max_length=10)),
                ('kind', models.CharField(max_length=10)),
                ('body', models.TextField(blank=True)),
                ('composing', models.UUIDField(default=uuid.uuid4)),
                ('is_by_model', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='category',
            name='origin',
            field=models.CharField(choices=[('pack', 'Pack'), ('shop', 'Shop')], db_default='pack', default='pack', max_length=10),
        ),
        migrations.AddField(
            model_name='macro',
            name='does',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='macro',
            name='kind',
            field=models.CharField(db_default='reply', default='reply', max_length=10),
        ),
        migrations.AddField(
            model_name='macro',
            name='origin',
            field=models.CharField(choices=[('pack', 'Pack'), ('shop', 'Shop')], db_default='pack', default='pack', max_length=10),
        ),
        migrations.AddField(
            model_name='macro',
            name='owner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='macros', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='macro',
            name='shop',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='macros', to='staff.shop'),
        ),
        migrations.AddField(
            model_name='macro',
            name='version',
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='message',
            name='asks',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='message',
            name='composing',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='reason',
            name='origin',
            field=models.CharField(choices=[('pack', 'Pack'), ('shop', 'Shop')], db_default='pack', default='pack', max_length=10),
        ),
        migrations.AlterField(
            model_name='macro',
            name='code',
            field=models.CharField(max_length=60),
        ),
        migrations.AddConstraint(
            model_name='macro',
            constraint=models.UniqueConstraint(fields=('code', 'shop', 'owner'), name='one_macro_per_code_and_place', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='macro',
            constraint=models.CheckConstraint(condition=models.Q(('shop', None), ('owner', None), _connector='OR'), name='macro_of_a_shop_or_a_person'),
        ),
        migrations.AddConstraint(
            model_name='macro',
            constraint=models.CheckConstraint(condition=models.Q(('origin', 'shop'), models.Q(('owner', None), ('shop', None)), _connector='OR'), name='pack_macro_is_everybodys'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('composing__isnull', False)), fields=('composing',), name='said_once'),
        ),
        migrations.AddField(
            model_name='draft',
            name='macro',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='tickets.macro'),
        ),
        migrations.AddField(
            model_name='draft',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='draft',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='attachment',
            name='draft',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='tickets.draft'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(condition=models.Q(('draft__isnull', False)), fields=['draft'], name='attachment_of_draft'),
        ),
        migrations.AddField(
            model_name='handover',
            name='author',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handover',
            name='ticket',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='hand_overs', to='tickets.ticket'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(fields=('user', 'ticket', 'visibility'), name='one_draft_per_person_and_side'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(condition=models.Q(('read_at__isnull', True)), fields=('ticket',), name='one_open_hand_over'),
        ),
        # Last, so that it is asked first on the way back.
        migrations.RunPython(migrations.RunPython.noop, refuse_to_lose_replies),
    ]
