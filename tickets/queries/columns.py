"""The columns a queue can show: the standard ones, drawn by the page, and further ones that are plain text."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from aftersales.languages import side_of
from aftersales.web.times import when_text


@dataclass(frozen=True)
class Column:
    """`text` gives the words of a further column; `reads` are the ticket's fields it needs, `beside` its joins."""

    code: str
    label: str
    text: Callable | None = None
    reads: tuple = ()
    beside: str = ""


def display(name):
    return lambda ticket: getattr(ticket, f"get_{name}_display")()


def time(name):
    return lambda ticket: when_text(at) if (at := getattr(ticket, name)) else ""


def team_name(ticket):
    if ticket.team_id is None:
        return ""
    chinese = side_of() == "zh"
    return ticket.team.name_zh if chinese else ticket.team.name_en


# The next step heads every row and is no choice.
STANDARD = (
    Column("due", gettext_lazy("Due in")),
    Column("customer", gettext_lazy("Customer and order")),
    Column("waiting_on", gettext_lazy("Waiting on")),
    Column("stage", gettext_lazy("Stage")),
    Column("amount", gettext_lazy("Amount")),
    Column("assignee", gettext_lazy("Assignee")),
)
FURTHER = (
    Column("priority", gettext_lazy("Priority"), display("priority"), ("priority",)),
    Column("status", gettext_lazy("Status"), display("status"), ("status",)),
    Column(
        "resolution", gettext_lazy("Asked for"), display("requested_resolution"), ("requested_resolution",)
    ),
    Column("outcome", gettext_lazy("Outcome"), display("outcome"), ("outcome",)),
    Column("channel", gettext_lazy("Channel"), display("channel"), ("channel",)),
    Column("team", gettext_lazy("Team"), team_name, ("team__name_zh", "team__name_en"), "team"),
    Column("subject", gettext_lazy("Subject"), lambda ticket: ticket.subject, ("subject",)),
    Column("tags", gettext_lazy("Tags"), lambda ticket: ", ".join(ticket.tags), ("tags",)),
    Column("created", gettext_lazy("Opened"), time("created_at"), ("created_at",)),
    Column("updated", gettext_lazy("Changed"), time("updated_at"), ("updated_at",)),
    Column(
        "customer_wrote",
        gettext_lazy("Customer wrote"),
        time("last_customer_message_at"),
        ("last_customer_message_at",),
    ),
    Column("we_wrote", gettext_lazy("We wrote"), time("last_reply_at"), ("last_reply_at",)),
)
COLUMNS = {column.code: column for column in (*STANDARD, *FURTHER)}
DEFAULT = tuple(column.code for column in STANDARD)


def further(codes):
    """The chosen further columns in their order."""
    return [column for column in FURTHER if column.code in codes]
