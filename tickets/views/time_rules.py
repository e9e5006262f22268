"""Policies and calendars to look at and to change: the list, and one in its form; a change is looked at first."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aftersales.errors import Invalid, InvalidFields, NotAllowed, Refused, Stale
from aftersales.versions.models import Version
from aftersales.versions.registry import PARSERS, all_in_force
from aftersales.web.pages import attachment, show
from staff.queries import shops_of
from tickets import calendar_form, policy_form, sla
from tickets.actions.recounts import preview_rule
from tickets.actions.time_rules import check_rule, mark_of, refuse_no_code, rule_in_force
from tickets.loading.files import PackError, read_text
from tickets.loading.writing import rule_as_yaml
from tickets.policies import may_edit_procedures
from tickets.procedure_words import spoken
from tickets.queries.recounts import last_recounts, visible_recounts
from tickets.rule_forms import RuleForm, base_of, problems_of
from tickets.views.acting import status_of
from tickets.views.gate import actor_of, shops_looked_at

KINDS = {"calendars": "calendar", "sla-policies": "sla"}
WAYS = {kind: way for way, kind in KINDS.items()}
FORMS = {"calendar": calendar_form, "sla": policy_form}
LARGEST_FILE = 200_000
PAGE, PART = "tickets/time_rule.html", "tickets/_time_rule.html"


@login_required
@require_safe
def time_rules(request):
    """What is in force for a shop."""
    shops, shop = shops_looked_at(request)
    if shop is None:
        raise Http404
    context = {
        "section": "time_rules",
        "shops": shops,
        "shop": shop,
        "policies": in_force("sla", shop),
        "calendars": in_force("calendar", shop),
        "may_edit": may_edit_procedures(actor_of(request), shop),
    }
    return render(request, "tickets/time_rules.html", context)


def in_force(kind, shop):
    versions = Version.objects.in_bulk([version.id for version in all_in_force(kind, shop.pk)])
    rows = [{"version": row, "title": spoken(row.body["name"], row.code)} for row in versions.values()]
    return sorted(rows, key=lambda row: (row["version"].shop_id is None, row["title"]))


# -- one ------------------------------------------------------------------------------------


def shop_or_404(request, code):
    return get_object_or_404(shops_of(actor_of(request)), code=code)


def kind_or_404(way):
    if way not in KINDS:
        raise Http404
    return KINDS[way]


@login_required
@require_safe
def time_rule_yaml(request, shop, way, code):
    """As it is in force, as a file."""
    version = rule_in_force(shop_or_404(request, shop), kind_or_404(way), code)
    if version is None:
        raise Http404
    return attachment(rule_as_yaml(version.body), f"{code}.yaml", "application/yaml")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_time_rule(request, shop, way):
    """A rule that there is not yet."""
    return edited(request, shop_or_404(request, shop), kind_or_404(way), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def time_rule(request, shop, way, code):
    """`?from=` a preview whose body goes on being typed."""
    shop, kind = shop_or_404(request, shop), kind_or_404(way)
    standing = rule_in_force(shop, kind, code)
    if standing is None and not begun_from(request, shop, kind, code):
        raise Http404
    return edited(request, shop, kind, standing, code)


def begun_from(request, shop, kind, code):
    asked = visible_recounts(actor_of(request)).filter(code=request.GET.get("from", "")[:20])
    return asked.filter(shop=shop, rule_kind=kind, rule_code=code, version=None).first()


def edited(request, shop, kind, standing, code=""):
    body = standing.body if standing else FORMS[kind].NEW
    begun = None if request.method == "POST" else begun_from(request, shop, kind, code)
    context = about(request, shop, kind, standing, code)
    if request.method != "POST":
        context["seen"] = begun.seen if begun else mark_of(standing)
        context["form"] = RuleForm(FORMS[kind], begun.body if begun else body, context)
        return show(request, PAGE, PART, context)
    do = request.POST.get("do", "look")
    if do == "import":
        return taken_in(request, shop, kind, context)
    base = base_of(request.POST.get("base", ""), PARSERS[kind], body)
    form = context["form"] = RuleForm(FORMS[kind], base, context, request.POST, more=do == "more")
    context["seen"] = request.POST.get("seen", "")[:20]
    if do == "more":
        return show(request, PAGE, PART, context)
    return checked(request, shop, kind, form, context)


def taken_in(request, shop, kind, context):
    """A file in place of what the form has, to be looked at; one wrong line, and the form stays as it was."""
    file, body = request.FILES.get("file"), FORMS[kind].NEW
    standing = context["standing"]
    context |= {"seen": mark_of(standing), "refused_lines": []}
    try:
        body = read_rule(file, shop, kind, context)
        context["is_taken_in"] = True
    except PackError as error:
        context["refused_lines"] = [str(error)]
    except InvalidFields as refused:
        context["refused_lines"] = [row["detail"] for row in refused.errors]
    if context["refused_lines"]:
        context["refusal"] = _("This file cannot be taken in; nothing was changed.")
        body = standing.body if standing else body
    context["form"] = RuleForm(FORMS[kind], body, context)
    return show(request, PAGE, PART, context, status=422 if context["refused_lines"] else 200)


def read_rule(file, shop, kind, context):
    """The body in a file, sound as a whole."""
    name = file.name[:80] if file else _("no file")
    data = file.read(LARGEST_FILE + 1) if file else b""
    if len(data) > LARGEST_FILE:
        raise PackError(name, 1, _("This file is longer than a rule can be."))
    found = read_text(name, data)
    body = found.data
    if not isinstance(body, dict):
        found.refuse(_("This has to be a set of named entries."))
    code = context["code"] or body.get("code", "")
    wrong = problems(shop, kind, code if isinstance(code, str) else "", body)
    if wrong:
        raise InvalidFields(
            [
                {"pointer": pointer, "detail": found.told(pointer, sentence), "code": "invalid_content"}
                for pointer, sentence in wrong
            ]
        )
    return body


def checked(request, shop, kind, form, context):
    """What was typed is looked at as a whole; nothing of it is lost when it is refused."""
    body, actor = form.body(), actor_of(request)
    code = context["code"] or body["code"]
    if request.GET.get("only") == "check":
        form.tell(problems(shop, kind, code, body))
        return show(request, PAGE, PART, context)
    try:
        preview = preview_rule(shop, kind, code, body, by=actor, seen=context["seen"])
        return HttpResponseRedirect(reverse("recount", args=[preview.code]))
    except Invalid:
        form.tell(problems(shop, kind, code, body))
        return show(request, PAGE, PART, context | {"refusal": _("Some values are not valid.")}, status=422)
    except Stale:
        standing = rule_in_force(shop, kind, code)
        context |= {"conflict": standing, "seen": mark_of(standing)}
        return show(request, PAGE, PART, context, status=412)
    except Refused as refused:
        status = 403 if isinstance(refused, NotAllowed) else status_of(refused)
        return show(request, PAGE, PART, context | {"refusal": str(refused)}, status=status)


def problems(shop, kind, code, body):
    """All that is wrong; a short name that is none keeps nothing else from being told."""
    found = []
    try:
        refuse_no_code(code)
    except Invalid as refused:
        found, code = [(refused.field, str(refused))], "new"
        body = body | {"code": code}

    def check(typed):
        check_rule(shop, kind, code, typed)

    return found + problems_of(check, body, FORMS[kind].SOUND)


def about(request, shop, kind, standing, code):
    """What the page says around the form."""
    calendars = [(row.code, spoken(name_of(row), row.code)) for row in all_in_force("calendar", shop.pk)]
    return {
        "section": "time_rules",
        "shop": shop,
        "way": WAYS[kind],
        "kind": kind,
        "code": code,
        "is_new": standing is None and not code,
        "standing": standing,
        "title": spoken(standing.body["name"], code) if standing else "",
        "is_wall": (kind, code) == ("calendar", sla.AROUND_THE_CLOCK),
        "may_edit": may_edit_procedures(actor_of(request), shop),
        "calendars": sorted(calendars, key=lambda pair: pair[1]),
        "zones": calendar_form.zones() if kind == "calendar" else (),
        "recounts": last_recounts(shop, kind, code) if code else (),
    }


def name_of(row):
    name = row.content.name
    return name if isinstance(name, dict) else name._asdict()
