"""A customer's problem, from first word to solution: what it is made of."""

from tickets.models.catalogue import Category, Macro, Product, Reason
from tickets.models.clocks import ClockState, Pause, SlaClock, SlaFiring
from tickets.models.conversation import Attachment, Draft, HandOver, Message, Visibility
from tickets.models.orders import Customer, Order, OrderLine
from tickets.models.runs import Run, RunState, StepRecord, StepTimer
from tickets.models.tickets import (
    NEVER,
    OPEN_STATUSES,
    Channel,
    Hold,
    Outcome,
    Priority,
    Resolution,
    Stage,
    Status,
    Ticket,
    TicketLine,
    WaitingOn,
)

__all__ = [
    "NEVER",
    "OPEN_STATUSES",
    "Attachment",
    "Category",
    "Channel",
    "ClockState",
    "Customer",
    "Draft",
    "HandOver",
    "Hold",
    "Macro",
    "Message",
    "Order",
    "OrderLine",
    "Outcome",
    "Pause",
    "Priority",
    "Product",
    "Reason",
    "Resolution",
    "Run",
    "RunState",
    "SlaClock",
    "SlaFiring",
    "Stage",
    "Status",
    "StepRecord",
    "StepTimer",
    "Ticket",
    "TicketLine",
    "Visibility",
    "WaitingOn",
]
