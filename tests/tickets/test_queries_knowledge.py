"""What is found and suggested of the desk's answers, by shop."""

import pytest

from aftersales.events.actors import Actor
from tests.tickets.packs import edit, load
from tickets.actions.articles import add_article, change_article, retire_article
from tickets.models import Article, Category
from tickets.queries import knowledge
from tickets.queries.knowledge import knowledge_of

pytestmark = pytest.mark.django_db
OWN = {
    "questions": {"zh": ["杯子能进洗碗机吗？"], "en": ["Is the mug safe in the dishwasher?"]},
    "answer": {"zh": "{customer_name}，可以。", "en": "Yes, {customer_name}, it is."},
}


@pytest.fixture
def usage():
    return Category.objects.get(code="usage_help")


@pytest.fixture
def own(shop, leo, usage):
    """An answer of the shop's own, and ship_when in its own words."""
    by = Actor.staff(leo)
    packs = Article.objects.get(code="ship_when")
    answer = {"zh": "当天发。", "en": "The same day."}
    change_article(
        packs, by=by, shop=shop, version=1, category=packs.category, questions=packs.questions, answer=answer
    )
    return add_article(shop, by=by, category=usage, **OWN)


def codes(pairs):
    return [article.code for article, _guess in pairs]


# -- whose answers ---------------------------------------------------------------------


def test_every_shop_has_the_packs_answers(shop, other_shop):
    assert len(knowledge_of(None).articles) == 98
    assert knowledge_of(shop.pk) is knowledge_of(other_shop.pk) is knowledge_of(None)


def test_a_shops_own_answers_are_for_this_shop_alone(shop, other_shop, own):
    assert len(knowledge_of(shop.pk).articles) == 99
    assert knowledge_of(shop.pk).articles["ship_when"].answer["en"] == "The same day."
    assert len(knowledge_of(other_shop.pk).articles) == 98
    assert knowledge_of(other_shop.pk).articles["ship_when"].answer["en"] != "The same day."


def test_a_retired_answer_is_neither_found_nor_suggested(shop, leo):
    before = codes(knowledge_of(shop.pk).suggest("什么时候发货？"))
    retire_article(Article.objects.get(code="ship_when"), by=Actor.staff(leo), shop=shop)

    known = knowledge_of(shop.pk)

    assert before[0] == "ship_when"
    assert "ship_when" not in codes(known.suggest("什么时候发货？"))
    assert "ship_when" not in [article.code for article in known.find("发货")]


def test_a_newer_pack_changes_its_own_rows_and_not_the_shops(pack, shop, own, other_shop):
    edit(pack, "faq.yaml", "- When will it ship?", "- When does it leave?")
    edit(pack, "faq.yaml", "- id: ship_presale", "- id: ship_preorder")

    load(pack)

    assert knowledge_of(shop.pk).articles["ship_when"].answer["en"] == "The same day."
    assert knowledge_of(other_shop.pk).articles["ship_when"].title["en"] == "When does it leave?"
    assert {"ship_preorder"} <= set(knowledge_of(shop.pk).articles)
    assert "ship_presale" not in knowledge_of(shop.pk).articles
    assert Article.objects.filter(shop_id=shop.pk).count() == 2


# -- what is suggested, and why --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("退款什么时候到账啊", "refund_time", {"退款", "到账"}),
        ("I want a refund, when do I get my money back?", "refund_time", {"refund", "money"}),
        ("快递好几天没有更新了", "track_no_update", {"快递"}),
    ],
)
def test_an_answer_is_suggested_with_the_words_that_say_so(text, code, words):
    article, guess = knowledge_of(None).suggest(text)[0]

    assert article.code == code
    assert words <= set(guess.words)


@pytest.mark.parametrize(
    "text", ["", "   ", "hello", "你好", "🙂🙂", "\u202e\u200b", "zzzz qqqq", "?" * 5000]
)
def test_nothing_is_suggested_for_words_that_say_nothing(text):
    assert knowledge_of(None).suggest(text) == []


def test_an_own_answer_is_suggested(shop, own):
    article, guess = knowledge_of(shop.pk).suggest("can I put the mug into my dishwasher")[0]

    assert article.code == own.code
    assert "dishwasher" in guess.words


def test_the_category_follows_the_words(shop):
    guess = knowledge_of(shop.pk).suggest_category("请帮我开一张发票，抬头写公司名")

    assert guess.label == "invoice"
    assert any("发票" in word for word in guess.words)


# -- searching ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("refund", "refund_time"),
        ("REFUND  card", "refund_time"),
        ("退款 到账", "refund_time"),
        ("发票抬头", "invoice_title"),
    ],
)
def test_answers_are_found_by_their_words(words, code):
    assert code in [article.code for article in knowledge_of(None).find(words)]


def test_all_the_words_count_more_than_some(own, shop):
    assert knowledge_of(shop.pk).find("mug dishwasher")[0].code == own.code
    assert len(knowledge_of(shop.pk).find("the")) == knowledge.MOST_FOUND


@pytest.mark.parametrize("words", ["", " ", "xyzzy", "%", "<script>", "\\", "a" * 10_000])
def test_odd_words_find_nothing_and_break_nothing(words):
    assert knowledge_of(None).find(words) == []


# -- what it costs --------------------------------------------------------------------


def test_one_statement_asks_whether_anything_changed(shop, django_assert_num_queries):
    knowledge_of(shop.pk)

    with django_assert_num_queries(1):
        knowledge_of(shop.pk).suggest("退款什么时候到账")


def test_no_more_shops_are_kept_than_allowed(own, shop, monkeypatch):
    monkeypatch.setattr(knowledge, "MOST_COMPILED", 1)
    knowledge_of(shop.pk)
    knowledge_of(None)

    assert len(knowledge._compiled) == 1


def test_nobody_waits_while_another_shops_answers_are_compiled(own, shop, monkeypatch):
    """The lock is free while one compiles: a page about another shop is answered meanwhile."""
    held = []
    compile_for = knowledge.compile_for

    def slowly(shop_id):
        held.append(knowledge._lock.locked())
        return compile_for(shop_id)

    monkeypatch.setattr(knowledge, "compile_for", slowly)
    monkeypatch.setattr(knowledge, "_compiled", knowledge.OrderedDict())

    assert knowledge_of(shop.pk) is knowledge_of(shop.pk)
    assert held == [False]
