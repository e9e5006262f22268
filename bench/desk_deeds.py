"""What is no page to look at: counters, a dry run over many, and the pulse of hundreds of open pages."""

import http.client
import json
import re
import statistics
import time
from dataclasses import dataclass
from html import unescape

from bench import lib
from bench.desk import csrf_of

VIEWS = 20
EVERY = 3.0  # seconds between two pulses of one page, as static/js/pulse.js has it
WARM_UP, MEASURED = 24.0, 30.0  # a process looks for 15 s before it trusts what it knows
ON_THE_QUEUE = 0.4  # the others have a request open


@dataclass
class Deed:
    """One figure with its aim, in words."""

    name: str
    seen: str
    aim: str


def counters(stage):
    """Twenty counters anew and as remembered: a statement or two, and none."""
    from aftersales.events.actors import Actor  # noqa: PLC0415 - after django.setup()
    from tickets.actions.saved_views import save_view  # noqa: PLC0415
    from tickets.queries import view_counts  # noqa: PLC0415
    from tickets.queries.saved_views import views_of  # noqa: PLC0415

    actor = Actor.staff(stage.amy)
    fields = [
        {"field": "stage", "op": "is", "value": stage}
        for stage in ("communicate", "receive", "inspect", "resolve")
    ] + [
        {"field": "waiting_on", "op": "is", "value": whom} for whom in ("us", "customer", "warehouse")
    ] + [
        {"field": "priority", "op": "is", "value": how} for how in ("low", "normal", "high", "urgent")
    ]  # fmt: skip
    for number in range(VIEWS - len(views_of(actor))):
        pair = [fields[number % len(fields)], fields[(number * 3 + 5) % len(fields)]]
        save_view(f"View {number}", by=actor, filter={"all" if number % 2 else "any": pair})
    views = list(views_of(actor).values())[:VIEWS]

    def anew():
        view_counts.forget()
        view_counts.counts(actor, views)

    fresh = timed(anew)
    kept = timed(lambda: view_counts.counts(actor, views))
    return [
        Deed(f"{len(views)} counters, taken anew", fresh, "p95 ≤ 20 ms"),
        Deed(f"{len(views)} counters, remembered", kept, "p95 ≤ 20 ms"),
    ]


def timed(deed, times=60):
    taken = []
    for _time in range(times):
        begun = time.perf_counter()
        deed()
        taken.append(1000 * (time.perf_counter() - begun))
    return f"p50 {statistics.median(taken):.1f} ms, p95 {sorted(taken)[int(times * 0.95)]:.1f} ms"


def dry_run(stage):
    """What would happen to all open requests, or to those of one stage where that is more than 20,000."""
    from aftersales.errors import Invalid  # noqa: PLC0415 - after django.setup()
    from aftersales.events.actors import Actor  # noqa: PLC0415
    from tickets.foresight import bulk_verb, foresee  # noqa: PLC0415

    actor, deeds = Actor.staff(stage.amy), []
    narrow = {"all": [{"field": "stage", "op": "is", "value": "resolve"}]}
    for verb, data in (("tag", {"tag": "vip"}), ("cancel", {})):
        selection = {"view": "all"}
        begun = time.perf_counter()
        try:
            found = foresee(bulk_verb(verb), data, selection, by=actor)
        except Invalid:
            begun = time.perf_counter()
            found = foresee(bulk_verb(verb), data, selection | {"filter": narrow}, by=actor)
        seconds = time.perf_counter() - begun
        looked_at = len(found.fits) + len(found.left_out)
        seen = f"{looked_at:,} requests in {seconds:.2f} s, {1e6 * seconds / looked_at:.0f} µs each"
        deeds.append(Deed(f"dry run of “{verb}”", seen, "20,000 at once"))
    return deeds


def pulse(stage, port, pid, postgres, *, agents):
    """The share of one core that so many open pages cost, while each second something happens to a request."""
    from django.db import connections  # noqa: PLC0415 - after django.setup()

    pages = opened(stage, port, agents)
    happen = happening(stage)
    started = time.monotonic()
    beats, full, begun, cpu = 0, 0, None, ()
    next_at = [started + EVERY * number / agents for number in range(agents)]
    happens_at = started
    while time.monotonic() < started + WARM_UP + MEASURED:
        if begun is None and time.monotonic() > started + WARM_UP:
            begun, cpu, beats, full = time.monotonic(), (lib.cpu_of([pid]), lib.cpu_of([postgres])), 0, 0
        number = min(range(agents), key=next_at.__getitem__)
        if time.monotonic() < next_at[number]:
            time.sleep(max(next_at[number] - time.monotonic(), 0))
        full += beat(pages[number])
        beats += 1
        next_at[number] = time.monotonic() + EVERY
        if time.monotonic() > happens_at:
            happen()
            happens_at += 1
    seconds = time.monotonic() - begun
    web, database = lib.cpu_of([pid]) - cpu[0], lib.cpu_of([postgres]) - cpu[1]
    connections.close_all()
    seen = (
        f"{beats / seconds:.0f} a second, {100 * full / beats:.0f} % with news; {100 * web / seconds:.0f} % of a core,"
        f" {100 * database / seconds:.0f} % in PostgreSQL (what happens there included)"
    )
    return [Deed(f"pulse of {agents} open pages", seen, "≤ 10 % of a core")]


@dataclass
class Open:
    """A page somebody has open: its connection, its cookies and what it asks."""

    connection: http.client.HTTPConnection
    cookie: str
    asked: dict


def opened(stage, port, agents):
    """Each with a session and a connection of its own."""
    from django.test import Client  # noqa: PLC0415 - after django.setup()

    from aftersales.events.actors import Actor  # noqa: PLC0415
    from tickets.models import Ticket  # noqa: PLC0415

    waiting = Ticket.objects.visible_to(Actor.staff(stage.amy)).open().order_by("-id")
    numbers = list(waiting.values_list("number", flat=True)[:agents])
    pages = []
    for number in range(agents):
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(stage.amy)
        on_queue = number < agents * ON_THE_QUEUE
        html = client.get(
            "/queue?view=all" if on_queue else f"/tickets/{numbers[number % len(numbers)]}"
        ).text
        since = re.search(r'data-pulse-since="([^"]+)"', html)
        asked = {
            "view": unescape(re.search(r'data-pulse-view="([^"]+)"', html)[1]),
            "shown": re.findall(r'data-pulse-id="([^"]+)"', html),
            "since": since[1] if since else "",
            "typing": False,
        }
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        pages.append(Open(http.client.HTTPConnection("127.0.0.1", port, timeout=60), cookie, asked))
    return pages


def beat(page):
    """One pulse; whether there was news. What is told is taken into the page, as its script does."""
    headers = {
        "Cookie": page.cookie,
        "Content-Type": "application/json",
        "Referer": "http://127.0.0.1/",
        "X-CSRFToken": csrf_of(page.cookie),
    }
    page.connection.request("POST", "/pulse", json.dumps(page.asked), headers)
    answer = page.connection.getresponse()
    content = answer.read()
    if answer.status == 200:
        page.asked["since"] = json.loads(content).get("since", page.asked["since"])
    elif answer.status != 204:
        raise SystemExit(f"pulse: {answer.status} {content[:300]!r}")
    return answer.status == 200


def happening(stage):
    """What a tag on some open request leaves: its event and its new version. The action itself would bring clocks
    up to date that these requests never had, and so move them to the top of everybody's queue."""
    from django.db import transaction  # noqa: PLC0415 - after django.setup()
    from django.db.models import F  # noqa: PLC0415

    from aftersales.clock import now  # noqa: PLC0415
    from aftersales.events.actors import Actor  # noqa: PLC0415
    from aftersales.events.log import record_event  # noqa: PLC0415
    from tickets.models import Ticket  # noqa: PLC0415

    actor = Actor.staff(stage.leo)
    rows = iter(Ticket.objects.visible_to(actor).open().order_by("uid")[:1000])

    def happen():
        ticket = next(rows)
        with transaction.atomic():
            Ticket.objects.filter(pk=ticket.pk).update(version=F("version") + 1, updated_at=now())
            record_event(ticket, "ticket.tag", by=actor, data={"tag": "seen"})

    return happen
