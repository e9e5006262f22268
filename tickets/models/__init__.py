"""A customer's problem, from first word to solution: what it is made of."""

from tickets.models.catalogue import Category, Macro, Product, Reason
from tickets.models.clocks import ClockState, Pause, SlaClock, SlaFiring
from tickets.models.conversation import Attachment, Message, Visibility
from tickets.models.orders import Customer, Order, OrderLine
from tickets.models.relations import LINKS, MergedUnits, Relation, RelationKind
from tickets.models.runs import Run, RunState, StepRecord, StepTimer
from tickets.models.search import SearchDue, SearchText
from tickets.models.tickets import (
    MERGED,
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
    "LINKS",
    "MERGED",
    "NEVER",
    "OPEN_STATUSES",
    "Attachment",
    "Category",
    "Channel",
    "ClockState",
    "Customer",
    "Hold",
    "Macro",
    "MergedUnits",
    "Message",
    "Order",
    "OrderLine",
    "Outcome",
    "Pause",
    "Priority",
    "Product",
    "Reason",
    "Relation",
    "RelationKind",
    "Resolution",
    "Run",
    "RunState",
    "SearchDue",
    "SearchText",
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
