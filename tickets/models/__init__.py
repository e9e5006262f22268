"""A customer's problem, from first word to solution: what it is made of."""

from tickets.models.bulks import Bulk, BulkRow, BulkState, RowState
from tickets.models.catalogue import Category, Macro, Product, Reason
from tickets.models.choices import (
    MERGED,
    OPEN_STATUSES,
    Channel,
    Outcome,
    Priority,
    Resolution,
    Stage,
    Status,
    WaitingOn,
)
from tickets.models.clocks import ClockState, HeldNotice, Pause, SlaClock, SlaFiring
from tickets.models.conversation import Attachment, Draft, HandOver, Message, Visibility
from tickets.models.healing import HealedClocks, HealingRound
from tickets.models.knowledge import Article
from tickets.models.orders import Customer, Order, OrderLine
from tickets.models.recounts import Recount, RecountState
from tickets.models.relations import LINKS, MergedUnits, Relation, RelationKind
from tickets.models.runs import Run, RunState, StepRecord, StepTimer
from tickets.models.search import SearchDue, SearchText
from tickets.models.tickets import NEVER, Hold, Ticket, TicketLine
from tickets.models.views import HandOut, Reach, SavedView, Scope, Sort
from tickets.models.waiting import Cut, Grain, WaitingChange, WaitingCount, WaitingRound

__all__ = [
    "LINKS",
    "MERGED",
    "NEVER",
    "OPEN_STATUSES",
    "Article",
    "Attachment",
    "Bulk",
    "BulkRow",
    "BulkState",
    "Category",
    "Channel",
    "ClockState",
    "Customer",
    "Cut",
    "Draft",
    "Grain",
    "HandOut",
    "HandOver",
    "HealedClocks",
    "HealingRound",
    "HeldNotice",
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
    "Reach",
    "Reason",
    "Recount",
    "RecountState",
    "Relation",
    "RelationKind",
    "Resolution",
    "RowState",
    "Run",
    "RunState",
    "SearchDue",
    "SearchText",
    "SavedView",
    "Scope",
    "SlaClock",
    "SlaFiring",
    "Sort",
    "Stage",
    "Status",
    "StepRecord",
    "StepTimer",
    "Ticket",
    "TicketLine",
    "Visibility",
    "WaitingChange",
    "WaitingCount",
    "WaitingRound",
    "WaitingOn",
]
