"""The whole replay: read, send orders, ask for returns, carry requests through, count."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aftersales.replay.carrying import Carrier
from aftersales.replay.client import Meter
from aftersales.replay.keys import people_with
from aftersales.replay.orders import CURRENCY, invoices_of, order_body, shift_to
from aftersales.replay.report import Progress
from aftersales.replay.returns import Matched, match_returns
from aftersales.replay.road import Carried, Road
from aftersales.replay.rows import read_rows
from aftersales.replay.sending import Sent, send_orders, send_returns
from aftersales.replay.shopside import ShopSide


@dataclass
class Replay:
    """What is known at the end of one."""

    rows: int = 0
    broken: list = field(default_factory=list)
    orders: Sent = field(default_factory=Sent)
    matched: Matched = field(default_factory=Matched)
    tickets: Sent = field(default_factory=Sent)
    wanted: int = 0
    carried: Carried = field(default_factory=Carried)
    paid: Counter = field(default_factory=Counter)
    refunded: Counter = field(default_factory=Counter)
    trouble: Counter = field(default_factory=Counter)
    meter: Meter = field(default_factory=Meter)
    seconds: float = 0.0
    violations: dict | None = None


def play(path, *, url, tokens, tickets, threads, say):
    """Play a file against a desk; `tickets` is how many requests are carried through, None for all."""
    replay = Replay()
    rows, replay.broken = read_rows(path)
    replay.rows = len(rows) + len(replay.broken)
    invoices = invoices_of(rows)
    replay.matched = match_returns(rows, invoices)
    shift = shift_to(rows, datetime.now(UTC))
    say(f"{len(rows):,} rows: {len(invoices):,} orders, {replay.matched.rows:,} rows of returns")
    say(f"The file's dates are moved on by {shift.days:,} days.")

    started = time.monotonic()
    people = people_with(tokens, url, replay.meter)
    try:
        replay.orders = send_orders(
            people.shop, invoices, shift, threads, Progress(say, "orders", len(invoices))
        )
        ask_and_carry(replay, people, tickets, threads, say)
    finally:
        people.close()
    replay.paid = Counter({CURRENCY: paid_in(invoices, shift)})
    replay.seconds = time.monotonic() - started
    return replay


def ask_and_carry(replay, people, tickets, threads, say):
    """Every matched return as a ticket, and the first of those through all stages."""
    returns = replay.matched.returns
    replay.tickets, opened = send_returns(
        people.shop, returns, threads, Progress(say, "tickets", len(returns))
    )
    chosen = opened if tickets is None else opened[:tickets]
    replay.wanted = len(chosen)
    with ShopSide(people.shop) as shop_side:
        road = Road(Carrier(people), Progress(say, "carried", len(chosen)), threads)
        replay.carried = road.carry(chosen)
    replay.refunded, replay.trouble = shop_side.paid, shop_side.trouble


def paid_in(invoices, shift):
    """What customers paid by the file, in pence; write-offs count nothing."""
    captured = (order_body(invoice, shift)["payments"][0]["captured_minor"] for invoice in invoices)
    return sum(amount for amount in captured if amount > 0)
