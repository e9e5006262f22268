"""The desk's answers as pages: everybody reads them, leads add, edit and retire them for their shop."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftersales.errors import BadRequest, Invalid, Refused, Stale
from aftersales.web.keyset import Keyset
from aftersales.web.pages import show, toast
from tickets.actions.articles import add_article, change_article, restore_article, retire_article
from tickets.article_forms import ArticleForm
from tickets.models import Article
from tickets.policies import may_edit_articles
from tickets.queries.knowledge import knowledge_of
from tickets.views.acting import status_of
from tickets.views.gate import actor_of, shops_looked_at

IN_ORDER = Keyset("position", "id")
MOST_FOUND = 50
VERBS = {"retire": retire_article, "restore": restore_article}


def around(request, **context):
    """The shop whose answers these are."""
    shops, shop = shops_looked_at(request)
    if shop is None:
        raise Http404
    may_edit = may_edit_articles(actor_of(request), shop)
    return {"section": "knowledge", "shops": shops, "shop": shop, "may_edit": may_edit, **context}


def address(name, shop, *args):
    return reverse(name, args=args, query={"shop": shop.code})


@login_required
@require_safe
def articles(request):
    """All of a shop's answers in order, or those with some words."""
    context = around(request)
    shop, words = context["shop"], request.GET.get("q", "").strip()[:120]
    if words:
        rows, following = knowledge_of(shop.pk).find(words, MOST_FOUND), None
    else:
        rows = Article.objects.for_shop(shop.pk).select_related("category")
        try:
            rows, following = IN_ORDER.page(rows, cursor=request.GET.get("cursor", ""))
        except BadRequest:  # an old or a broken link starts from the front
            return HttpResponseRedirect(address("knowledge", shop))
    context |= {"articles": rows, "next": following, "words": words}
    return show(request, "tickets/knowledge.html", "tickets/_articles.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_article(request):
    context = around(request)
    if not context["may_edit"]:
        raise Http404
    form = ArticleForm(request.POST or None)
    return submitted(request, context, form, lambda fields: add_article(context["shop"], **fields))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def article(request, code):
    """One answer; a lead has its form open."""
    context = around(request)
    shop = context["shop"]
    found = get_object_or_404(Article.objects.for_shop(shop.pk).select_related("category"), code=code)
    form = ArticleForm(request.POST or None, initial=ArticleForm.initial_of(found))
    context |= {"article": found, "seen": request.POST.get("version") or found.version}
    version = version_of(request)
    return submitted(
        request, context, form, lambda fields: change_article(found, shop=shop, version=version, **fields)
    )


def version_of(request):
    """Which state of the answer the form was filled in upon; nonsense is older than any."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def submitted(request, context, form, action):
    """Show the form; with a valid POST run the action, with what was typed kept on a refusal."""
    context, status = context | {"form": form}, 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            kept = action({"by": actor_of(request), **form.fields_of_article()})
        except Invalid as invalid:
            form.refuse(invalid)
            status = 422
        except Refused as refused:
            context |= {"refusal": str(refused)}
            if isinstance(refused, Stale):  # the next try is meant to put this in place of what stands
                context["seen"] = standing(context).version
            status = status_of(refused)
        else:
            toast(request, _("Saved."))
            return HttpResponseRedirect(address("article", context["shop"], kept.code))
    return show(request, "tickets/article.html", "tickets/_article.html", context, status=status)


def standing(context):
    return Article.objects.for_shop(context["shop"].pk).get(code=context["article"].code)


@login_required
@require_POST
def article_verb(request, code, verb):
    context = around(request)
    if verb not in VERBS:
        raise Http404
    found = get_object_or_404(Article.objects.for_shop(context["shop"].pk), code=code)
    try:
        VERBS[verb](found, by=actor_of(request), shop=context["shop"])
    except Refused as refused:
        context |= {"article": found, "seen": found.version, "refusal": str(refused)}
        context["form"] = ArticleForm(initial=ArticleForm.initial_of(found))
        return show(
            request, "tickets/article.html", "tickets/_article.html", context, status=status_of(refused)
        )
    toast(request, _("Saved."))
    return HttpResponseRedirect(address("article", context["shop"], code))
