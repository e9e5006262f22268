"""What would be paid back for which units, and why; asked by the preview and by the proposal alike."""

from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from aftersales.money import format_money, refund_for_quantity
from aftersales.versions.registry import current
from returns.queries.eligibility import POLICY
from tickets.models import TicketLine


@dataclass(frozen=True)
class LineAmount:
    """One line of a refund: its units' share of what was paid, less what was given back before."""

    line: TicketLine
    quantity: int
    bought: int
    paid_minor: int
    already_quantity: int
    already_minor: int
    amount_minor: int
    currency: str

    @property
    def why(self):
        """The sum in words, in the reader's language."""
        paid, already = (
            format_money(minor, self.currency, get_language() or "en")
            for minor in (self.paid_minor, self.already_minor)
        )
        words = ngettext(
            "%(quantity)s of %(bought)s unit that cost %(paid)s",
            "%(quantity)s of %(bought)s units that cost %(paid)s",
            self.bought,
        )
        sentence = words % {
            "quantity": self.quantity, "bought": self.bought, "paid": paid,
        }  # fmt: skip
        if not self.already_minor:
            return sentence
        return _("%(sentence)s, %(already)s of it given back or promised before") % {
            "sentence": sentence, "already": already,
        }  # fmt: skip


@dataclass(frozen=True)
class RefundSum:
    """All lines of a refund, and what the order's payments leave of them."""

    lines: tuple
    currency: str
    left_minor: int  # of what was captured for the whole order

    @property
    def lines_minor(self):
        return sum(line.amount_minor for line in self.lines)

    @property
    def amount_minor(self):
        return min(self.lines_minor, self.left_minor)

    @property
    def is_capped(self):
        return self.amount_minor < self.lines_minor


def refund_sum(order, wanted, order_lines=None):
    """The refund for {ticket line: units}; `order_lines` are the locked rows where there are any.

    The running total of a line is rounded, not each part, so that parts add up to what was paid however
    they are grouped, and whatever was promised in between and taken back.
    """
    lines = []
    for line, quantity in wanted.items():
        bought = order_lines[line.order_line_id] if order_lines else line.order_line
        already = bought.refunded_minor + bought.refund_reserved_minor
        amount = refund_for_quantity(
            bought.paid_minor, bought.quantity, bought.refunded_quantity, quantity, already_refunded=already
        )
        lines.append(
            LineAmount(
                line=line,
                quantity=quantity,
                bought=bought.quantity,
                paid_minor=bought.paid_minor,
                already_quantity=bought.refunded_quantity,
                already_minor=already,
                amount_minor=min(amount, bought.paid_minor - already),
                currency=order.currency,
            )
        )
    return RefundSum(tuple(lines), order.currency, left_of(order))


def left_of(order):
    """What the order's payments still allow to give back."""
    return max(0, order.captured_minor - order.refunded_minor - order.refund_reserved_minor)


def approver_role(shop_id, amount_minor, currency, by):
    """Whose second pair of eyes an amount needs; "" when it is within what an agent may give alone.

    Only a person has a limit of their own: what a system proposes, a person approves.
    """
    if not amount_minor:
        return ""
    role = current("eligibility", POLICY, shop_id).content.approver(amount_minor, currency)
    if role == "agent":
        return "" if by.is_person else "supervisor"
    return role
