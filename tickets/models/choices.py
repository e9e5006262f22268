"""The words that a request's columns may hold."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    COMMUNICATE = "communicate", _("Communicate")
    RECEIVE = "receive", _("Receive")
    INSPECT = "inspect", _("Inspect")
    RESOLVE = "resolve", _("Resolve")
    DONE = "done", _("Done")


class Status(models.TextChoices):
    NEW = "new", _("new")
    OPEN = "open", _("open")
    WAITING = "waiting", _("waiting")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")
    REJECTED = "rejected", _("rejected")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


OPEN_STATUSES = (Status.NEW, Status.OPEN, Status.WAITING)
MERGED = "merged"  # a state of its own, kept as `closed` with the request that it went into


class WaitingOn(models.TextChoices):
    US = "us", _("Us")
    CUSTOMER = "customer", _("Customer")
    CARRIER = "carrier", _("Carrier")
    WAREHOUSE = "warehouse", _("Warehouse")
    PARTNER = "partner", _("Partner")
    PLATFORM = "platform", _("Platform")
    NOBODY = "nobody", _("Nobody")


class Priority(models.TextChoices):
    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


class Channel(models.TextChoices):
    PLATFORM = "platform", _("Platform")
    SELF_SERVICE = "self_service", _("Self-service")
    PHONE = "phone", _("Phone")
    CHAT = "chat", _("Chat")
    EMAIL = "email", _("E-mail")
    API = "api", _("API")
    AGENT = "agent", _("Agent")


class Resolution(models.TextChoices):
    RETURN = "return", _("Return and refund")
    REFUND_ONLY = "refund_only", _("Refund only")
    EXCHANGE = "exchange", _("Exchange")
    REPAIR = "repair", _("Repair")
    RESHIP = "reship", _("Re-ship")
    COMPENSATION = "compensation", _("Compensation")
    ANSWER = "answer", _("Answer only")


class Outcome(models.TextChoices):
    """What came of it: the resolution that weighs most, or several of the same weight."""

    REFUND = "refund", _("Refund")
    EXCHANGE = "exchange", _("Exchange")
    REPAIR = "repair", _("Repair")
    RESHIP = "reship", _("Re-ship")
    COMPENSATION = "compensation", _("Compensation")
    RETURNED_AS_IS = "returned_as_is", _("Returned as is")
    ANSWER = "answer", _("Answered")
    REJECTED = "rejected", _("Rejected")
    MIXED = "mixed", _("Mixed")
