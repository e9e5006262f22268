"""The dock: scan, count, go on; shelve what nobody announced, and match it later."""

from datetime import timedelta

from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aftersales.clock import now
from aftersales.errors import Invalid, InvalidFields, Refused
from aftersales.web.pages import toast
from returns.actions.confirming import confirm_count, counting_step
from returns.actions.receiving import receive_unknown
from returns.forms import UnknownParcelForm
from returns.models import Condition, Parcel
from returns.queries.parcels import find_by_scan
from returns.queries.receipts import EXPECTED, awaited, receipt_of, received_since, row, unclaimed
from returns.queries.units import units_of
from returns.views.answers import for_those_who, keep_photos, photos_of, posted_rows, refused_page
from staff.models import Role, Shop
from tickets.forms import invalid_fields
from tickets.models import Ticket
from tickets.policies import FLOOR, LEADS
from tickets.verbs import perform

PAGE = "returns/receive.html"
SINGLE_PHOTOS = 2  # each with a button of its own, which opens the camera
BLANK_ROWS = 2  # for things nobody announced; scan again for more
at_the_dock = for_those_who(lambda actor: actor.role in FLOOR | LEADS)


@at_the_dock
@require_http_methods(["GET", "HEAD", "POST"])
def receive(request):
    """Scan by GET, count by POST; both work without a script."""
    code = (request.POST if request.method == "POST" else request.GET).get("code", "")
    another_box = bool((request.POST if request.method == "POST" else request.GET).get("another_box"))
    found = find_by_scan(code, request.actor)
    receipt = receipt_of(found, another_box=another_box) if found.code else None
    context = {"receipt": receipt, "another_box": another_box, **surroundings(request)}
    context |= photos(found.ticket) if found.ticket else {}
    if request.method != "POST" or receipt is None:
        return render(request, PAGE, context)
    try:
        ticket = count(request, found, another_box)
    except Refused as refused:
        keep_typed(receipt, request.POST)
        kept = photos(found.ticket) if found.ticket else {}
        return refused_page(request, PAGE, refused, {**context, **kept, "typed": request.POST})
    toast(request, _("Received for request %(number)s") % {"number": ticket.number})
    return HttpResponseRedirect(
        reverse("receive" if to_the_next(request, ticket) else "inspect", args=place(request, ticket))
    )


def to_the_next(request, ticket):
    """Who inspects goes on to inspect, everybody else scans the next parcel."""
    inspects = request.actor.role in {Role.INSPECTOR} | LEADS
    return not (inspects and any(line.received > line.inspected for line in ticket.lines.all()))


def place(request, ticket):
    return [] if to_the_next(request, ticket) else [ticket.number]


def photos(ticket):
    """How many photos the count that follows a receipt asks for, and those that are here."""
    step = counting_step(ticket) if ticket.is_open else None
    wanted = step.params.get("photos", 0) if step is not None else 0
    return {"wanted": wanted, "kept": photos_of(ticket, step.code) if step else []}


def surroundings(request):
    """What the page shows beside the receipt, and the box as it was described before a refusal."""
    typed = posted_rows(request.POST, "unexpected")
    return {
        "section": "receive",
        "conditions": [
            (code, label, code in request.POST.getlist("conditions")) for code, label in Condition.choices
        ],
        "blank_rows": [(n, typed.get(str(n), {})) for n in range(BLANK_ROWS)],
        "has_unexpected": any(row.get("sku") or row.get("note") for row in typed.values()),
        "single_photos": range(1, SINGLE_PHOTOS + 1),
        "unclaimed": unclaimed(request.actor),
        "awaited": awaited(request.actor),
        "received_today": received_since(request.actor, now() - timedelta(hours=24)),
        "shops": Shop.objects.filter(pk__in=request.user.shop_ids()),
    }


def count(request, found, another_box):
    """Keep the photos with the count that follows, then run the verb with what was counted."""
    if found.ticket is None:
        raise Invalid(_("Nobody knows this code. Shelve the parcel as unclaimed."), field="code")
    counting = counting_step(found.ticket)  # with boxes still to come it is not the next step yet
    keep_photos(request, found.ticket, counting.code if counting else found.ticket.step_code)
    data = {
        "lines": [
            {"line": uid, "quantity": fields.get("quantity", "")}
            for uid, fields in posted_rows(request.POST, "lines").items()
        ],
        "parcel": found.parcel.label_code if found.parcel else "",
        "another_box": another_box,
        **box_fields(request.POST),
    }
    with transaction.atomic():
        ticket = perform(found.ticket, "receive", data, by=request.actor)
        return confirm_count(ticket, by=request.actor)


def box_fields(posted):
    """What the form says of any box, as the API would send it."""
    rows = posted_rows(posted, "unexpected").values()
    return {
        "conditions": posted.getlist("conditions"),
        "unexpected": [
            fields for fields in rows if fields.get("sku", "").strip() or fields.get("note", "").strip()
        ],
        "note": posted.get("note", ""),
        "weight_g": posted.get("weight_g", ""),
    }


def keep_typed(receipt, posted):
    typed = posted_rows(posted, "lines")
    for each in receipt.rows if receipt.kind == EXPECTED else ():
        each["value"] = typed.get(str(each["line"].uid), {}).get("quantity", each["value"])


@at_the_dock
@require_POST
def shelve(request):
    """A box that belongs to no request yet: written down, and put where unclaimed ones lie."""
    code = request.POST.get("code", "")
    shop = get_object_or_404(Shop, pk__in=request.user.shop_ids(), code=request.POST.get("shop", ""))
    form = UnknownParcelForm(
        {**box_fields(request.POST), "waybill": code, "carrier": request.POST.get("carrier", "")}
    )
    try:
        if not form.is_valid():
            raise InvalidFields(invalid_fields(form))
        parcel = receive_unknown(shop, by=request.actor, **form.cleaned_data)
    except Refused as refused:
        receipt = receipt_of(find_by_scan(code, request.actor))
        return refused_page(
            request, PAGE, refused, {"receipt": receipt, "typed": request.POST, **surroundings(request)}
        )
    toast(request, _("Shelved as unclaimed: %(code)s") % {"code": parcel.label_code})
    return HttpResponseRedirect(reverse("receive"))


@at_the_dock
@require_http_methods(["GET", "HEAD", "POST"])
def match(request, uid):
    """Say which request an unclaimed parcel belongs to, and what of it is inside."""
    parcel = get_object_or_404(
        Parcel.objects.visible_to(request.actor).unclaimed().prefetch_related("items"), uid=uid
    )
    number = request.POST.get("ticket") or request.GET.get("ticket", "")
    ticket = (
        Ticket.objects.visible_to(request.actor)
        .filter(shop_id=parcel.shop_id, number__iexact=number.strip())
        .first()
    )
    rows = (
        [row(unit.line, unit.awaited) for unit in units_of(ticket).values() if unit.awaited] if ticket else []
    )
    context = {"section": "receive", "parcel": parcel, "number": number, "ticket": ticket, "rows": rows}
    if request.method != "POST":
        return render(request, "returns/match.html", context)
    if ticket is None:
        raise Http404
    lines = [{"line": line, **fields} for line, fields in posted_rows(request.POST, "lines").items()]
    try:
        perform(ticket, "match_parcel", {"parcel": parcel.label_code, "lines": lines}, by=request.actor)
    except Refused as refused:
        return refused_page(request, "returns/match.html", refused, context)
    toast(request, _("Matched to request %(number)s") % {"number": ticket.number})
    return HttpResponseRedirect(reverse("receive", query={"code": parcel.label_code}))
