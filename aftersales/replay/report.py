"""What a replay tells: how far it is, and one table at the end."""

import threading
import time

EVERY_SECONDS = 5.0
STUCK_SHOWN = 10


class Progress:
    """How far a part of the replay is, said every few seconds."""

    def __init__(self, say, what, total):
        self.say, self.what, self.total = say, what, total
        self.done, self.began, self.said = 0, time.monotonic(), time.monotonic()
        self.lock = threading.Lock()

    def advance(self, count):
        with self.lock:
            self.done += count
            if time.monotonic() - self.said >= EVERY_SECONDS or self.done == self.total:
                self.said = time.monotonic()
                rate = self.done / max(self.said - self.began, 0.001)
                self.say(f"{self.what}: {self.done:,} of {self.total:,} ({rate:,.1f}/s)")


def table(replay):
    """The rows of the table: (what, figure)."""
    return [
        ("rows read", f"{replay.rows:,}, {len(replay.broken)} broken and skipped"),
        *sent_rows("orders", replay.orders),
        ("returns in the file", f"{replay.matched.rows:,}"),
        *((f"  not asked for: {reason}", f"{n:,}") for reason, n in replay.matched.unmatched.most_common()),
        *sent_rows("tickets", replay.tickets),
        ("carried through", f"{replay.wanted:,} wanted, {sum(replay.carried.outcomes.values()):,} solved"),
        *((f"  {status}: {outcome}", f"{n:,}") for (status, outcome), n in outcomes(replay)),
        *((f"  meant as {plan}", f"{n:,}") for plan, n in sorted(replay.carried.plans.items())),
        ("stuck", f"{len(replay.carried.stuck):,}"),
        ("money paid by customers", money(replay.paid)),
        ("money refunded", money(replay.refunded)),
        ("SLA clocks met / missed / cancelled", sla(replay.carried.clocks)),
        ("surveys sent / answered", f"{replay.carried.surveys_sent:,} / {replay.carried.surveys_answered:,}"),
        ("HTTP requests", asked(replay)),
        (
            "  answered in",
            f"p50 {replay.meter.percentile(0.5):.0f} ms, p95 {replay.meter.percentile(0.95):.0f} ms",
        ),
        ("invariant violations", violations(replay.violations)),
    ]  # fmt: skip - a table


def sent_rows(what, sent):
    yield f"{what} sent", f"{sent.sent:,}"
    yield f"{what} accepted", f"{sent.accepted:,}"
    for reason, count in sent.refused.most_common():
        yield f"  refused: {reason}", f"{count:,}"


def outcomes(replay):
    return sorted(replay.carried.outcomes.items(), key=lambda pair: -pair[1])


def money(amounts):
    return ", ".join(f"{currency} {minor / 100:,.2f}" for currency, minor in sorted(amounts.items())) or "0"


def sla(clocks):
    return " / ".join(f"{clocks[state]:,}" for state in ("met", "missed", "cancelled"))


def asked(replay):
    meter = replay.meter
    errors = sum(count for status, count in meter.statuses.items() if status >= 500)
    rate = len(meter.seconds) / max(replay.seconds, 0.001)
    return (
        f"{len(meter.seconds):,} in {replay.seconds:,.0f} s, {rate:,.1f}/s, "
        f"{errors:,} of them 5xx, {meter.retries:,} tried again"
    )


def violations(broken):
    if broken is None:
        return "not checked: the desk's database is not this one"
    return str(sum(broken.values())) + "".join(f"; {name}: {count}" for name, count in broken.items())


def trouble(replay):
    """What went wrong, in lines: broken rows, requests that did not get through, answers not taken."""
    for broken in replay.broken:
        yield f"line {broken.line}: {broken.why}; skipped"
    for reason in replay.carried.stuck[:STUCK_SHOWN]:
        yield f"stuck: {reason}"
    if len(replay.carried.stuck) > STUCK_SHOWN:
        yield f"stuck: and {len(replay.carried.stuck) - STUCK_SHOWN} more"
    for what, count in replay.trouble.items():
        yield f"shop's side: {what} ({count} times)"
