"""Opening a request for a customer who called: find the order, say what is wrong with how many of what."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from rest_framework.exceptions import ValidationError

from aftersales.errors import Refused
from aftersales.web.pages import show, toast
from aftersales.web.problems import flatten
from tickets.actions.intake import open_ticket
from tickets.models import Order
from tickets.opening import OpeningForm
from tickets.policies import is_desk
from tickets.queries.catalogue import LIKELY, categories, of_other_goods
from tickets.queries.knowledge import knowledge_of
from tickets.serializers import read_ticket
from tickets.views.acting import status_of
from tickets.views.gate import actor_of

MOST_ORDERS = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_ticket(request):
    """`?order=` looks the order up; with it, or without one, the form opens a request of its shop."""
    actor = actor_of(request)
    if not is_desk(actor, None):
        raise PermissionDenied
    shops = request.user.places()[1]
    wanted = request.GET.get("order", "").strip()[:120]
    orders = find_orders(actor, wanted, request.GET.get("shop", ""))
    order = orders[0] if len(orders) == 1 else None
    shop = order.shop if order else chosen_shop(shops, request.GET.get("shop", ""))
    context = {
        "section": "queue",
        "wanted": wanted,
        "orders": orders,
        "order": order,
        "shops": shops,
        "shop": shop,
    }
    if order is None and (wanted or "without" not in request.GET or shop is None):
        return render(request, "tickets/new.html", context)
    if "suggest" in request.POST:
        return suggested(request, context, OpeningForm(order=order, initial=request.POST.dict()))
    form = OpeningForm(request.POST or None, order=order)
    if request.method == "POST" and form.is_valid():
        try:
            ticket, _created = open_ticket(shop, read_ticket(form.body()), by=actor)
        except ValidationError as error:
            return again(request, context, form, mistakes(error), 422)
        except Refused as refused:
            return again(request, context, form, str(refused), status_of(refused))
        toast(request, _("Request %(number)s is open") % {"number": ticket.number})
        return HttpResponseRedirect(reverse("ticket", args=[ticket.number]))
    return again(request, context, form, "", 422 if form.errors else 200)


def suggested(request, context, form):
    """What the words so far suggest, and why; a category that was chosen already is kept."""
    said, known = request.POST.get("message", "")[:20_000], knowledge_of(context["shop"].pk)
    guess = known.suggest_category(said, without=of_other_goods(form.product_classes()))
    hint = {"words": guess.words, "category": categories().get(guess.label)} if guess else None
    likely = hint and hint["category"] and guess.confidence >= LIKELY
    if likely and not form.initial.get("category"):
        form.initial["category"] = guess.label
    context |= {
        "form": form,
        "hint": hint if likely else None,
        "answers": known.suggest(said, 2),
        "said": said,
    }
    return show(request, "tickets/new.html", "tickets/_hint.html", context)


def again(request, context, form, refusal, status):
    return render(request, "tickets/new.html", {**context, "form": form, "refusal": refusal}, status=status)


def find_orders(actor, text, shop_code):
    """The orders of one's shops with this number, or the shop's own id; exact, as a customer reads it out."""
    plain = "".join(text.split())
    if not plain:
        return []
    found = Order.objects.visible_to(actor).filter(
        Q(number__in=(text, plain)) | Q(external_id__in=(text, plain)), shop__in=actor.user.shop_ids()
    )
    if shop_code:
        found = found.filter(shop__code=shop_code)
    return list(found.select_related("shop", "customer").order_by("-id")[:MOST_ORDERS])


def chosen_shop(shops, code):
    """The shop of a request without an order: the only one, or the one that was named."""
    return next((shop for shop in shops if shop.code == code), shops[0] if len(shops) == 1 else None)


def mistakes(error):
    return " ".join(row["detail"] for row in flatten(error.detail))
