"""A ticket, its event, its message, two timers: the least a ticketing endpoint would write."""

from django.db import models


class Ticket(models.Model):
    subject = models.CharField(max_length=200)
    body = models.TextField()
    customer = models.CharField(max_length=60, db_index=True)
    order = models.CharField(max_length=60, db_index=True)
    priority = models.CharField(max_length=10)
    status = models.CharField(max_length=10, default="new", db_index=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)


class Event(models.Model):
    ticket = models.ForeignKey(Ticket, models.CASCADE)
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    happened_at = models.DateTimeField(auto_now_add=True)


class Message(models.Model):
    ticket = models.ForeignKey(Ticket, models.CASCADE)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)


class Timer(models.Model):
    ticket = models.ForeignKey(Ticket, models.CASCADE)
    kind = models.CharField(max_length=20)
    due_at = models.DateTimeField(db_index=True)
