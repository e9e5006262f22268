"""Answers as a shop's leads change them: whose row it is, one event each, and what is refused."""

import pytest

from aftersales.errors import Invalid, NotAllowed, NotPossible, Stale
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.tickets.test_queries_knowledge import OWN
from tickets.actions import articles
from tickets.actions.articles import add_article, change_article, restore_article, retire_article
from tickets.content.articles import FILLED
from tickets.models import Article, Category
from tickets.queries.placeholders import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def usage():
    return Category.objects.get(code="usage_help")


@pytest.fixture
def packs():
    return Article.objects.get(code="ship_when")


@pytest.fixture
def lead(leo):
    return Actor.staff(leo)


def kinds():
    return list(
        Event.objects.filter(kind__startswith="article.").order_by("id").values_list("kind", flat=True)
    )


def test_adding_makes_one_row_and_one_event(shop, lead, usage):
    article = add_article(shop, by=lead, category=usage, **OWN)

    assert (article.shop_id, article.is_active, article.author_name) == (shop.pk, True, "Leo")
    assert kinds() == ["article.add"]


def test_the_packs_row_stays_and_the_shop_gets_its_own(shop, lead, usage, packs):
    own = change_article(packs, by=lead, shop=shop, version=1, category=usage, **OWN)
    again = change_article(own, by=lead, shop=shop, version=2, category=usage, **OWN)
    packs.refresh_from_db()

    assert own.pk != packs.pk
    assert (again.pk, again.version) == (own.pk, 2)
    assert packs.version == 1
    assert kinds() == ["article.change"]


def test_retiring_twice_is_one_event(shop, lead, packs):
    retire_article(packs, by=lead, shop=shop)
    retired = retire_article(packs, by=lead, shop=shop)
    restore_article(retired, by=lead, shop=shop)

    assert kinds() == ["article.retire", "article.restore"]
    assert Article.objects.filter(code="ship_when").count() == 2


def test_an_older_version_is_refused(shop, lead, usage, packs):
    change_article(packs, by=lead, shop=shop, version=1, category=usage, **OWN)

    with pytest.raises(Stale, match="changed while you were at it"):
        change_article(packs, by=lead, shop=shop, version=1, category=usage, **OWN)


@pytest.mark.parametrize("role", ["amy", "wen", "finn", "audrey", "quinn"])
def test_only_leads_may(stage, shop, usage, packs, role):
    by = Actor.staff(getattr(stage, role))

    with pytest.raises(NotAllowed):
        add_article(shop, by=by, category=usage, **OWN)
    with pytest.raises(NotAllowed):
        retire_article(packs, by=by, shop=shop)
    assert kinds() == []


def test_a_lead_changes_nothing_in_another_shop(other_shop, lead, usage):
    with pytest.raises(NotAllowed):
        add_article(other_shop, by=lead, category=usage, **OWN)


def test_an_answer_of_another_shop_is_not_there(shop, other_shop, lead, usage):
    theirs = Article.objects.get(code="ship_when")
    theirs.code = "own_elsewhere"

    with pytest.raises(NotPossible, match="no such answer"):
        retire_article(theirs, by=lead, shop=shop)


def test_a_shop_has_no_more_than_every_process_can_hold(shop, lead, usage, monkeypatch):
    monkeypatch.setattr(articles, "MOST_OWN", 1)
    add_article(shop, by=lead, category=usage, **OWN)

    with pytest.raises(NotPossible, match="at most 1"):
        add_article(shop, by=lead, category=usage, **OWN)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"questions": {"zh": ["问"], "en": []}}, "/questions/en"),
        ({"questions": {"zh": ["问", "问"], "en": ["Q"]}}, "/questions/zh/1"),
        ({"answer": {"zh": "{order_no}", "en": "No."}}, "/answer"),
        ({"answer": {"zh": "{secret}", "en": "{secret}"}}, "/answer"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(shop, lead, usage, change, field):
    with pytest.raises(Invalid) as refused:
        add_article(shop, by=lead, category=usage, **{**OWN, **change})

    assert refused.value.field == field
    assert kinds() == []


def test_the_closed_list_is_what_the_desk_can_fill_in(ticket, lead):
    text = " ".join(f"{{{name}}}" for name in FILLED)

    assert "{" not in filled(text, ticket, lead, "en")
