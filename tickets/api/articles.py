"""/articles, /suggestions and drafts: the desk's answers, what of them a text asks for, and a model's reply."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.response import Response

from aftersales.errors import Invalid
from aftersales.web.api import ApiView, check_if_match, etag
from aftersales.web.keyset import Keyset
from aftersales.web.listing import Listing
from staff.api.gate import shop_asked
from tickets.actions.articles import add_article, change_article, restore_article, retire_article
from tickets.drafting import draft_reply
from tickets.models import Article, Category, Ticket
from tickets.queries.catalogue import categories, of_other_goods
from tickets.queries.knowledge import knowledge_of
from tickets.queries.page import with_page_parts
from tickets.serializers import ArticleIn, SuggestionIn, read

BODY = OpenApiTypes.OBJECT
IN_ORDER = Keyset("position", "id")
MOST_FOUND = 50
VERBS = {"retire": retire_article, "restore": restore_article}


class ArticleFilter(filters.FilterSet):
    category = filters.CharFilter(field_name="category__code")
    active = filters.BooleanFilter(field_name="is_active")
    q = filters.CharFilter(method="seen_to")
    shop = filters.CharFilter(method="seen_to")

    class Meta:
        model = Article
        fields = []

    def seen_to(self, queryset, name, value):
        """Whose answers and with which words is settled before: both depend on the caller."""
        return queryset


def in_force(shop):
    return Article.objects.for_shop(shop.pk).select_related("category")


def article_shape(article):
    return {
        "id": article.code,
        "category": article.category.code,
        "questions": article.questions,
        "answer": article.answer,
        "action": article.action or None,
        "origin": "shop" if article.shop_id else "pack",
        "is_active": article.is_active,
        "version": article.version,
        "updated_at": article.updated_at,
    }


def answered(article, status=200):
    return Response(article_shape(article), status=status, headers={"ETag": etag(article.version)})


def fields_of(request):
    data = read(ArticleIn, request.data)
    known = categories()
    if data["category"] not in known:
        raise Invalid(
            _("There is no such category. There are: %(known)s.") % {"known": ", ".join(sorted(known))},
            field="/category",
            code="unknown_code",
        )
    return {**data, "category": Category.objects.get(pk=known[data["category"]].pk)}


class ArticleListView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="article_list", responses={200: BODY})
    def get(self, request):
        """A shop's answers in their order; `q` narrows to those with these words."""
        shop = shop_asked(request)
        queryset = in_force(shop)
        if words := request.query_params.get("q"):
            found = knowledge_of(shop.pk).find(words, MOST_FOUND)
            queryset = queryset.filter(pk__in=[article.pk for article in found])
        return Listing(ArticleFilter, IN_ORDER).respond(request, queryset, article_shape)

    @extend_schema(operation_id="article_add", request=ArticleIn, responses={201: BODY})
    def post(self, request):
        return answered(add_article(shop_asked(request), by=request.user, **fields_of(request)), 201)


class ArticleView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="article_read", responses={200: BODY})
    def get(self, request, code):
        return answered(get_object_or_404(in_force(shop_asked(request)), code=code))

    @extend_schema(operation_id="article_change", request=ArticleIn, responses={200: BODY})
    def put(self, request, code):
        shop = shop_asked(request)
        article = get_object_or_404(in_force(shop), code=code)
        check_if_match(request, article.version, lambda: article_shape(article))
        fields = fields_of(request)
        return answered(
            change_article(article, by=request.user, shop=shop, version=article.version, **fields)
        )


class ArticleVerbView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="article_act", request=None, responses={200: BODY})
    def post(self, request, code, verb):
        shop = shop_asked(request)
        article = get_object_or_404(in_force(shop), code=code)
        return answered(VERBS[verb](article, by=request.user, shop=shop))


class SuggestionsView(ApiView):
    """Answers and the category that a text asks for, with the words that say so. It writes nothing."""

    read_scope = write_scope = "tickets:read"
    writes_nothing = True

    @extend_schema(operation_id="suggest", request=SuggestionIn, responses={200: BODY})
    def post(self, request):
        asked = read(SuggestionIn, request.data)
        text, goods = asked["text"], [asked["product_class"]] if asked.get("product_class") else []
        known = knowledge_of(shop_asked(request).pk)
        category = known.suggest_category(text, without=of_other_goods(goods))
        return Response(
            {
                "category": category and guess_shape(category, category=category.label),
                "answers": [
                    guess_shape(guess, article=article_shape(article))
                    for article, guess in known.suggest(text)
                ],
            }
        )


class DraftView(ApiView):
    """A reply drafted by the language model, for a person to read and send. Nothing is written or sent."""

    read_scope = write_scope = "tickets:write"
    writes_nothing = True

    @extend_schema(operation_id="ticket_draft", request=None, responses={200: BODY})
    def post(self, request, number):
        found = with_page_parts(Ticket.objects.visible_to(request.user))
        ticket = get_object_or_404(found, number=number)
        return Response({"draft": draft_reply(ticket, request.user), "is_draft": True})


def guess_shape(guess, **about):
    return {
        **about,
        "confidence": round(guess.confidence, 3),
        "is_sure": guess.is_sure,
        "because_of": list(guess.words),
    }
