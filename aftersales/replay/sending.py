"""Sends what the shop knows: all orders in batches, every matched return as a request."""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field

from aftersales.replay.orders import by_customer, hash_of, order_body
from aftersales.replay.plans import plan_of, ticket_body
from aftersales.replay.together import together

BATCH_ORDERS = 100  # the contract allows 500; smaller ones are answered sooner
BATCH_BYTES = 1_500_000
POSITION = re.compile(r"/\d+")


@dataclass
class Sent:
    """What became of what was sent."""

    sent: int = 0
    accepted: int = 0
    refused: Counter = field(default_factory=Counter)

    def add(self, other):
        self.sent += other.sent
        self.accepted += other.accepted
        self.refused += other.refused


# -- orders ---------------------------------------------------------------------


def send_orders(shop, invoices, shift, threads, progress):
    """All invoices through POST /orders/batch; each customer's by one sender, in order."""
    total = Sent()
    for part in together(
        lambda shard: send_shard(shop, shard, shift, progress), by_customer(invoices, threads)
    ):
        total.add(part)
    return total


def send_shard(shop, invoices, shift, progress):
    done = Sent()
    for batch in batches(order_body(invoice, shift) for invoice in invoices):
        answer = shop.post("/orders/batch", {"orders": batch}, key=key_of(batch))
        results = answer.body["results"] if answer.ok else [{"status": answer.status, "error": answer.body}]
        done.sent += len(batch)
        for result in results if answer.ok else results * len(batch):
            if result["status"] in (200, 201):
                done.accepted += 1
            else:
                done.refused[reason_of(result["error"])] += 1
        progress.advance(len(batch))
    return done


def batches(orders):
    """Lists of orders, each small enough for one body."""
    batch, size = [], 0
    for order in orders:
        length = len(json.dumps(order))
        if batch and (len(batch) == BATCH_ORDERS or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(order)
        size += length
    if batch:
        yield batch


def key_of(batch):
    """The same orders get the same key: a run that was cut off can be repeated."""
    return f"replay-{hashlib.sha256(json.dumps(batch).encode()).hexdigest()[:40]}"


def reason_of(error):
    """A refusal in a few words that do not depend on positions: "/lines/quantity: min_value"."""
    rows = error.get("errors") or []
    if not rows:
        return error.get("code", "unknown")
    return f"{POSITION.sub('', rows[0]['pointer'])}: {rows[0]['code']}"


# -- returns --------------------------------------------------------------------


@dataclass
class Opened:
    """A request that the desk took, and what is planned with it."""

    number: str
    plan: object
    quantity: int


def send_returns(shop, returns, threads, progress):
    """Every return as a request; returns of one customer by one sender, in the order of the file."""
    shards = {}
    for position, one in enumerate(returns):
        shards.setdefault(hash_of(one.customer) % threads, []).append((position, one))
    done, opened = Sent(), {}
    for part, tickets in together(lambda shard: open_shard(shop, shard, progress), list(shards.values())):
        done.add(part)
        opened |= tickets
    return done, [opened[position] for position in sorted(opened)]


def open_shard(shop, shard, progress):
    done, opened = Sent(), {}
    for position, one in shard:
        plan = plan_of(position)
        body = ticket_body(one, plan)
        answer = shop.post("/tickets", body, key=f"replay-{one.external_id}")
        done.sent += 1
        if answer.ok:
            done.accepted += 1
            opened[position] = Opened(answer.body["number"], plan, one.quantity)
        else:
            done.refused[answer.code] += 1
        progress.advance(1)
    return done, opened
