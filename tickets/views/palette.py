"""The palette: everything that can be done or opened from here, as links; palette.js makes a box of it."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, override
from django.views.decorators.http import require_safe

from aftersales.errors import Invalid
from aftersales.web.pages import show
from staff.context import rail
from tickets.policies import is_desk
from tickets.queries.page import last_seq
from tickets.queries.queue import headline, look_up
from tickets.queries.saved_views import views_of
from tickets.queries.search import search
from tickets.verbs import available_verbs
from tickets.views.composer import SAYING, speaks
from tickets.views.gate import actor_of, visible
from tickets.words import MAX_TYPED

LANGUAGES = ("en", "zh-hans")
MOST_RECENT = MOST_FOUND = 8


@dataclass(frozen=True)
class Entry:
    """A line of the palette: a link, or a button where the verb asks nothing more. Found by either language."""

    label: str
    url: str
    icon: str = "arrow-right"
    hint: str = ""
    words: str = ""
    is_post: bool = False


@login_required
@require_safe
def palette(request):
    """For the request that is open (`?on=`), and from anywhere; `?recent=` are numbers that the browser remembers,
    `?q=` is what was typed, where it may be a number."""
    actor = actor_of(request)
    here = visible(request).filter(number=request.GET.get("on", "")).first()
    recent = request.GET.get("recent", "").split(",")[:MOST_RECENT]
    typed = request.GET.get("q", "").strip()[:MAX_TYPED]
    groups = [
        (gettext("This request"), to_do(here, actor) if here else []),
        (gettext("Recent requests"), visited(visible(request), recent, here)),
        (gettext("Go to"), pages(request.user, actor)),
    ]
    context = {
        "section": "palette",
        "ticket": here,
        "seen": last_seq(here) if here else "",
        "looked_up": looked_up(visible(request), actor, typed) if typed else [],
        "groups": [(title, entries) for title, entries in groups if entries],
    }
    return show(request, "tickets/palette.html", "tickets/_palette.html", context)


def to_do(ticket, actor):
    """The next step, then the verbs that this person may use now: the composer's, and those with a button."""
    page = reverse("ticket", args=[ticket.number])
    entries = [entry(gettext_lazy("Do the next step"), f"{page}#next-step", "check", hint=headline(ticket))]
    for verb in available_verbs(ticket, actor):
        if verb.name in SAYING and speaks(actor, verb.name):
            entries.append(entry(verb.label, f"{page}?kind={verb.name}#composer", "message"))
        elif verb.is_offered and verb.form.base_fields:
            entries.append(entry(verb.label, f"{page}?do={verb.name}#verb", verb.icon))
        elif verb.is_offered:
            address = reverse("ticket_verb", args=[ticket.number, verb.name])
            entries.append(entry(verb.label, address, verb.icon, is_post=True))
    return entries


def visited(tickets, numbers, here):
    """Requests opened lately, in that order, as far as they are still this person's."""
    found = {each.number: each for each in tickets.filter(number__in=numbers).select_related("order")}
    order = [found[number] for number in dict.fromkeys(numbers) if number in found]
    return [request_entry(ticket) for ticket in order if here is None or ticket.pk != here.pk]


def looked_up(tickets, actor, typed):
    """Requests whose number, or whose order's or parcel's, was typed: in full, else its beginning or ending."""
    found = list(look_up(actor, typed).select_related("order").order_by("-pk")[:MOST_FOUND])
    if not found:
        try:
            ids = [hit.ticket_id for hit in search(tickets, actor, typed, limit=MOST_FOUND).hits]
        except Invalid:  # too short to be looked for
            return []
        found = tickets.filter(pk__in=ids).select_related("order").order_by("-pk")
    # What the server found is not for the browser to doubt: the typed words are its words.
    return [request_entry(ticket, words=typed) for ticket in found]


def request_entry(ticket, words=""):
    page = reverse("ticket", args=[ticket.number])
    order = ticket.order.number if ticket.order else ""
    return Entry(f"{ticket.number} {ticket.subject}", page, "ticket", hint=order, words=words)


def pages(user, actor):
    """The rail's pages, the views of the queue, and one's own account."""
    found = [entry(gate["label"], gate["url"], gate["icon"]) for gate in rail(user)]
    queue = reverse("queue")
    found += [entry(view.name, f"{queue}?view={view.code}", "inbox") for view in views_of(actor).values()]
    if is_desk(actor, None):
        found.append(entry(gettext_lazy("New request"), reverse("ticket_new"), "plus"))
    return [*found, entry(gettext_lazy("Your account"), reverse("account"), "user")]


def entry(label, url, icon, **more):
    """An entry whose label, a lazy translation, is looked for in both languages."""
    words = []
    for language in LANGUAGES:
        with override(language):
            words.append(str(label))
    return Entry(str(label), url, icon or "arrow-right", words=" ".join(words), **more)
