"""Which pages are asked for: as an agent of the larger shop sees them."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.desk import Page


def pages_of(stage, size):
    """(the agent's cookies, [Page]), each with the statements behind it counted once, warm."""
    from aftersales.events.actors import Actor  # noqa: PLC0415 - after django.setup()
    from tickets.models import Sort, Ticket  # noqa: PLC0415
    from tickets.queries.queue import ORDERS  # noqa: PLC0415

    actor = Actor.staff(stage.amy)
    waiting = Ticket.objects.visible_to(actor).open().order_by("next_due_at", "id")
    middle = waiting[waiting.count() // 2]
    newest = Ticket.objects.visible_to(actor).open().order_by("-id").first()
    oldest = Ticket.objects.visible_to(actor).order_by("id").first()
    pages = [
        Page("queue, first page", "/queue?view=all", 30),
        Page("queue, in the middle", f"/queue?view=all&cursor={ORDERS[Sort.DUE].encode(middle)}", 30),
        Page("queue, my next steps", "/queue?view=mine", 30),
        Page("queue, three filters", "/queue?view=all&stage=communicate&waiting_on=us&due=24h", 30),
        Page("request, open", f"/tickets/{newest.number}", 40),
        Page("request, closed long ago", f"/tickets/{oldest.number}", 40),
        Page("number looked up", f"/queue?q={oldest.order.number}", 60),
        Page("wall", "/wall", 50),
        Page("wall, by person", "/wall?by=person", 50),
        Page("wall, on a screen", "/wall?screen=1", 50),
        Page("wall, all that is late", "/wall/late", 50),
        Page("“next”: one is assigned", "/queue/next", 40, "POST", "view=all"),
    ]
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(stage.amy)
    for page in pages:
        for _time in range(2):
            with CaptureQueriesContext(connection) as asked:
                answer = client.generic(
                    page.method, page.path, page.body, "application/x-www-form-urlencoded"
                )
        page.statements = len(asked)
        if answer.status_code >= 400:
            raise SystemExit(f"{page.name}: {answer.status_code}")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    return cookies, pages
