"""Opening a request: from a shop's POST, a customer's form or an agent's call, all through here."""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid, NotPossible
from aftersales.events.log import record_event
from aftersales.events.telling import LANGUAGES
from aftersales.languages import side_of
from aftersales.sets import insert_objects, insert_together
from aftersales.versions.registry import current
from tickets.actions.claims import claim_units
from tickets.actions.clocks import initial_clocks
from tickets.actions.orders import digest_of
from tickets.actions.progress import progress
from tickets.actions.searching import search_dues
from tickets.actions.steps import desk_can_answer
from tickets.models import NEVER, Message, Order, Run, Status, Ticket, TicketLine, Visibility
from tickets.policies import is_desk
from tickets.queries.catalogue import categories, reasons, suggest_category
from tickets.queries.intake import lines_of_order, twin_of
from tickets.queries.routing import team_for
from tickets.queries.runs import attach

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O, no 1 I L
NUMBER_LENGTH = 6


@transaction.atomic(savepoint=False)
def open_ticket(shop, data, *, by):
    """Open a request from a checked body (API.md, POST /tickets); returns (ticket, created).

    The same external id and body again gives the ticket that stands; units are claimed here, in one
    conditional UPDATE per line in id order, and released when the request ends without an outcome.
    """
    digest = digest_of(data)
    if standing := standing_ticket(shop, data.get("external_id", ""), digest):
        return standing, False
    order, lines = find_lines(shop, data)
    category, line_reasons = find_category(data, lines)
    try:
        for line, wanted in sorted(lines, key=lambda pair: pair[0].pk):
            claim_units(line, wanted["quantity"])
    except NotPossible:
        # A twin of this very request may have taken the units a moment ago.
        if standing := standing_ticket(shop, data.get("external_id", ""), digest):
            return standing, False
        raise
    ticket = new_ticket(shop, data, order, lines, category, digest, by, now())
    write(ticket, [new_line(ticket, line, wanted, line_reasons) for line, wanted in lines], data, by)
    return ticket, True


def new_line(ticket, order_line, wanted, known_reasons):
    return TicketLine(
        ticket=ticket,
        order_line=order_line,
        quantity=wanted["quantity"],
        claimed=wanted["quantity"],
        reason=known_reasons.get(wanted.get("reason")),
        description=wanted.get("description", ""),
        serials=wanted.get("serials", []),
    )


def write(ticket, lines, data, by, *, moved=()):
    """Insert the request, and in one more round trip all that begins with it; then start its procedure.

    `moved` are lines of another request, which are of this one from now on.
    """
    run = begin(ticket)
    clocks = initial_clocks(ticket, ticket.created_at, [*lines, *moved])
    ticket.next_due_at = min((clock.due_at for clock in clocks), default=NEVER)
    insert_objects([ticket])
    messages = [first_message(ticket, data["message"], by)] if data.get("message") else []
    runs = [run] if run else []
    for row in (*lines, *clocks, *runs):
        row.ticket = ticket
    insert_together(lines, messages, clocks, search_dues(ticket.pk), runs)
    for row in moved:
        row.ticket = ticket
        row.save(update_fields=["ticket"])
    opening = {"channel": ticket.channel, "category": ticket.category.code}
    opening |= {"team_id": ticket.team_id, "person_id": ticket.assignee_id, "priority": str(ticket.priority)}
    event = record_event(ticket, "ticket.open", by=by, data=opening)
    ticket.just_written = {"lines": lines, "clocks": clocks, "holds": []}
    start(ticket, run, by, event)


def standing_ticket(shop, external_id, digest):
    """The request that this external id already made, if the body is the same; else a conflict.

    Of two that come at once, the unique constraint refuses one; done once more, it finds the other here.
    """
    if not external_id:
        return None
    twin = twin_of(shop, external_id)
    if twin is None:
        return None
    pk, standing_digest, number = twin
    if standing_digest != digest:
        raise NotPossible(
            _("Request %(id)s exists with other content.") % {"id": external_id},
            code="external_id_conflict",
            number=number,
        )
    return Ticket.objects.get(pk=pk)


def find_lines(shop, data):
    """The order and [(order line, wanted)], or a sentence about what is not known."""
    if not data.get("order"):
        if data.get("lines"):
            raise Invalid(_("Lines need the order they belong to."), field="/order")
        return None, []
    wanted = {line["order_line"]: line for line in data.get("lines", [])}
    if len(wanted) != len(data.get("lines", [])):
        raise Invalid(_("An order line stands twice; add its quantities up."), field="/lines")
    rows = {row.external_id: row for row in lines_of_order(shop, data["order"], list(wanted))}
    order = next(iter(rows.values())).order if rows else find_order(shop, data["order"])
    for index, line in enumerate(data.get("lines", [])):
        if line["order_line"] not in rows:
            raise Invalid(
                _("The order has no line %(line)s.") % {"line": line["order_line"]},
                field=f"/lines/{index}/order_line",
                code="unknown_order_line",
            )
    return order, [(rows[code], line) for code, line in wanted.items()]


def find_order(shop, external_id):
    order = Order.objects.filter(shop=shop, external_id=external_id).select_related("customer").first()
    if order is None:
        raise Invalid(
            _("Order %(id)s is not known. Send it first.") % {"id": external_id},
            field="/order",
            code="unknown_order",
        )
    return order


def find_category(data, lines):
    """The category, named or suggested, and the reasons by code; an unknown code names what there is."""
    known_reasons = reasons()
    for index, line in enumerate(data.get("lines", [])):
        code = line.get("reason")
        if code and code not in known_reasons:
            raise unknown_code(_("reason"), code, known_reasons, f"/lines/{index}/reason")
    if code := data.get("category"):
        category = categories().get(code)
        if category is None:
            raise unknown_code(_("category"), code, categories(), "/category")
        return category, known_reasons
    first = next((known_reasons.get(line.get("reason")) for line in data.get("lines", [])), None)
    said = f"{data.get('subject', '')} {data.get('message', '')}"
    classes = {line.product_class for line, _wanted in lines}
    return suggest_category(first, said, classes), known_reasons


def unknown_code(what, code, known, field):
    return Invalid(
        _("There is no %(what)s “%(code)s”. There are: %(known)s.")
        % {"what": what, "code": code, "known": ", ".join(sorted(known))},
        field=field,
        code="unknown_code",
    )


def new_ticket(shop, data, order, lines, category, digest, by, moment):
    """The unsaved ticket; what was paid for the claimed units is its value in the queue."""
    contact = data.get("contact") or {}
    customer = order.customer if order else None
    language = language_of(contact.get("locale") or (customer.locale if customer else ""), shop)
    team = team_for(shop)
    assignee = opener(by, team)
    return Ticket(
        number=new_number(moment),
        shop=shop,
        external_id=data.get("external_id", ""),
        external_digest=digest,
        order=order,
        customer=customer,
        category=category,
        channel=data.get("channel", "api"),
        priority=category.priority,
        requested_resolution=data.get("requested_resolution") or (category.resolutions or ["answer"])[0],
        subject=data.get("subject") or category.name[side_of(language)],
        language=language,
        contact={name: contact.get(name, "") for name in ("phone", "email")},
        metadata=data.get("metadata") or {},
        team=team,
        assignee=assignee,
        status=Status.OPEN if assignee else Status.NEW,
        currency=order.currency if order else shop.currency,
        value_minor=sum(line.paid_minor * wanted["quantity"] // line.quantity for line, wanted in lines),
        is_test=by.is_test,
        created_at=moment,
        updated_at=moment,
        last_customer_message_at=moment if data.get("message") else None,
    )


def opener(by, team):
    """Whoever opens a request for a customer has it, unless it goes to a team that is not theirs."""
    if team is None or not is_desk(by, None):
        return None
    return by.user if team.pk in {each.pk for each in by.user.places()[0]} else None


def language_of(locale, shop):
    if not locale:
        return shop.language
    return LANGUAGES[side_of(locale)]


def new_number(moment):
    """Short enough to say on the phone, random, and never a permission. Somebody may have it: then the
    unique constraint refuses the row, and the request is done once more with another number."""
    return f"A{moment:%y}-" + "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LENGTH))


def begin(ticket):
    """The procedure's unsaved run; the ticket starts with its first step, and with its clocks' nearest due."""
    if not ticket.category.procedure:
        return None
    version = current("sop", ticket.category.procedure, ticket.shop_id)
    ticket.procedure_version_id = version.id
    step = version.content.steps[0]
    ticket.step_code, ticket.step_kind, ticket.step_role = step.code, step.kind, step.role
    return attach(Run(ticket=ticket, version_id=version.id, started_at=ticket.created_at), {})


def first_message(ticket, body, by):
    """The customer's first words, whoever brought them."""
    return Message(
        ticket=ticket,
        author_kind="customer",
        author_name=(ticket.customer.name if ticket.customer_id else "") or by.name,
        visibility=Visibility.PUBLIC,
        body=body,
        created_at=ticket.created_at,
    )


def start(ticket, run, by, event):
    """Start the run. Most procedures begin with a person's step: then the ticket's row is already as it
    must be; else the desk answers its own steps first."""
    ticket._run = run
    if run is None:
        return
    if desk_can_answer(run.procedure.steps[0]):
        ticket._prefetched_objects_cache = {}  # what follows may ask about the lines, and changes the clocks
        progress(ticket, verb="open", by=by, cause=event)
