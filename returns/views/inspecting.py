"""The inspector's desk: one line after the other, its checklist, its grade, what should become of it."""

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aftersales.errors import Refused
from aftersales.web.pages import toast
from returns.models import Disposition, Grade
from returns.queries.checklists import checklist_for, known_serials
from returns.queries.units import units_of
from returns.views.answers import errors_of, for_those_who, keep_photos, photos_of, refused_page
from staff import masking
from staff.models import Role
from tickets.icons import product_icon
from tickets.models import Ticket
from tickets.policies import LEADS
from tickets.queries.runs import step_done_by
from tickets.verbs import perform

PAGE = "returns/inspect.html"


@for_those_who(lambda actor: actor.role in {Role.INSPECTOR} | LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def inspect(request, number):
    """Everything that waits to be inspected, one line at a time; then back to the request."""
    tickets = Ticket.objects.visible_to(request.actor).select_related("shop", "order", "category")
    ticket = get_object_or_404(tickets, number=number)
    waiting = [unit for unit in units_of(ticket).values() if unit.uninspected]
    if not waiting:
        return HttpResponseRedirect(reverse("ticket", args=[number]))
    wanted = request.POST.get("line") or request.GET.get("line")
    unit = next((unit for unit in waiting if str(unit.line.uid) == wanted), waiting[0])
    context = page(ticket, unit, waiting, request)
    if request.method != "POST":
        return render(request, PAGE, context)
    try:
        save(request, ticket, unit, context["checklist"])
    except Refused as refused:
        errors = errors_of(refused)
        for each in context["checks"]:
            each["error"] = errors.get(f"answers/{each['item'].code}")
        return refused_page(request, PAGE, refused, {**context, **photos(ticket)})
    toast(request, _("Inspected: %(sku)s") % {"sku": unit.line.order_line.sku})
    return HttpResponseRedirect(reverse("inspect", args=[number]))


def page(ticket, unit, waiting, request):
    """The line, what the customer says of it, its checklist with what was ticked already."""
    version = checklist_for(ticket, unit.line)
    typed = request.POST
    reason = unit.line.reason
    return {
        "section": "receive",
        "ticket": ticket,
        "unit": unit,
        "line": unit.line,
        "icon": product_icon(unit.line.order_line.product_class),
        "position": waiting.index(unit) + 1,
        "of": len(waiting),
        "reason": reason.name if reason else None,
        "words": customer_words(ticket, unit.line, request.actor),
        "serials": ", ".join(sorted(known_serials(unit.line))),
        "checklist": version.content,
        "checklist_number": version.number,
        "checks": [check(item, typed.get(f"answers-{item.code}", "")) for item in version.content.items],
        "grades": [(grade.value, grade.words, typed.get("grade") == grade) for grade in Grade],
        "dispositions": [
            (code, label, typed.get("disposition") == code) for code, label in Disposition.choices
        ],
        **photos(ticket),
        "quantity": typed.get("quantity") or unit.uninspected,
        "typed": typed,
    }


def photos(ticket):
    """How many photos the step asks for, and those that are here."""
    step = step_done_by(ticket, "inspect")
    kept = photos_of(ticket, step.code if step else ticket.step_code)
    return {"wanted": step.params.get("photos", 0) if step else 0, "kept": kept, "here": len(kept)}


def check(item, given):
    """One question with its choices: yes and no, or the list's own."""
    if item.answer == "yes_no":
        choices = [("yes", _("Yes"), "yes"), ("no", _("No"), "no")]
    else:
        choices = [(choice.id, {"zh": choice.zh, "en": choice.en}, "") for choice in item.choices]
    return {"item": item, "choices": choices, "given": given}


def customer_words(ticket, line, actor):
    """What the customer wrote of this line, else their first message, for those who read conversations."""
    if line.description:
        return line.description
    if not masking.sees_conversation(actor):
        return ""
    first = ticket.messages.filter(author_kind="customer", visibility="public").order_by("id").first()
    return first.body if first else ""


def save(request, ticket, unit, checklist):
    """Keep the photos with the step they were asked for, then run the verb with the answers."""
    asks = step_done_by(ticket, "inspect")
    answers = {item.code: request.POST.get(f"answers-{item.code}", "") for item in checklist.items}
    data = {
        "line": str(unit.line.uid),
        "checklist": checklist.code,
        "answers": {code: answer for code, answer in answers.items() if answer != ""},
        **{name: request.POST.get(name, "") for name in ("quantity", "grade", "disposition")},
    }
    keep_photos(request, ticket, asks.code if asks else ticket.step_code)
    perform(ticket, "inspect", data, by=request.actor)
