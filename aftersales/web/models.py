"""What keeps a repeated request from being done twice."""

from django.db import models


class IdempotencyKey(models.Model):
    """One accepted POST under one key: the answer to give again. Lives and dies with its business row.

    Unique per caller (shop or user), method and path, so a retry after key rotation does not double.
    """

    caller = models.CharField(max_length=40)  # "shop:3" or "user:7"
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    key = models.CharField(max_length=255)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "method", "path", "key"], name="idempotency_key_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]
