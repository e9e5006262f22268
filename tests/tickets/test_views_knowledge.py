"""The pages of the desk's answers: who reads, who edits, and that nothing typed is lost."""

import pytest

from aftersales.events.models import Event
from tickets.models import Article
from tickets.queries.knowledge import knowledge_of

pytestmark = pytest.mark.django_db
TYPED = {
    "category": "usage_help",
    "questions_en": "Is the mug safe in the dishwasher?\r\n\r\nDishwasher?",
    "questions_zh": "杯子能进洗碗机吗？",
    "answer_en": "Yes, {customer_name}.",
    "answer_zh": "可以，{customer_name}。",
}
LEADS = ("leo", "mona", "ada")
OTHERS = ("amy", "wen", "ines", "finn", "quinn", "audrey")


def add(client, **changes):
    return client.post("/answers/new", {**TYPED, **changes})


# -- who ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*LEADS, *OTHERS])
def test_everybody_reads_the_answers_and_leads_may_add(page_as, stage, role):
    client = page_as(getattr(stage, role))
    page, one = client.get("/answers"), client.get("/answers/ship_when")

    assert page.status_code == one.status_code == 200
    assert "When will it ship?" in page.text
    assert ("/answers/new" in page.text) is (role in LEADS)
    assert ("<textarea" in one.text) is (role in LEADS)


@pytest.mark.parametrize("role", OTHERS)
def test_who_is_no_lead_changes_nothing(page_as, stage, role):
    client = page_as(getattr(stage, role))

    assert add(client).status_code == 404
    assert client.post("/answers/ship_when", {**TYPED, "version": "1"}).status_code == 403
    assert client.post("/answers/ship_when/retire").status_code == 403
    assert not Article.objects.exclude(shop_id=None).exists()


def test_a_shops_own_answer_does_not_exist_for_the_stranger(page_as, leo, bob):
    code = add(page_as(leo)).url.split("/")[2].split("?")[0]
    stranger = page_as(bob)

    assert stranger.get(f"/answers/{code}").status_code == 404
    assert stranger.get("/answers?shop=demo").status_code == 404
    assert "Is the mug safe" not in stranger.get("/answers?q=dishwasher").text
    assert stranger.post(f"/answers/{code}/retire?shop=demo").status_code == 404


# -- adding and changing -------------------------------------------------------------------


def test_a_lead_adds_an_answer(page_as, leo, shop):
    answer = add(page_as(leo))

    article = Article.objects.get(shop_id=shop.pk)
    assert answer.status_code == 302
    assert article.questions["en"] == ["Is the mug safe in the dishwasher?", "Dishwasher?"]
    assert article.code in knowledge_of(shop.pk).articles
    event = Event.objects.get(kind="article.add")
    assert (event.actor_id, event.shop_id, event.data["name_zh"]) == (leo.pk, shop.pk, "杯子能进洗碗机吗？")


def test_an_edit_of_the_packs_answer_becomes_the_shops(page_as, leo, shop):
    page_as(leo).post("/answers/ship_when", {**TYPED, "category": "not_shipped", "version": "1"})

    own, packs = (
        Article.objects.get(code="ship_when", shop_id=shop.pk),
        Article.objects.get(code="ship_when", shop_id=None),
    )
    assert own.answer["en"] == "Yes, {customer_name}."
    assert packs.answer["en"].startswith("The order page")
    assert own.version == 2


def test_of_two_leads_the_second_is_told_and_keeps_what_was_typed(page_as, leo, mona, shop):
    first = page_as(leo).post("/answers/ship_when", {**TYPED, "version": "1"})
    second = page_as(mona).post(
        "/answers/ship_when", {**TYPED, "answer_en": "No, {customer_name}.", "version": "1"}
    )

    assert (first.status_code, second.status_code) == (302, 412)
    assert "This answer was changed while you were at it." in second.text
    assert "No, {customer_name}." in second.text
    assert 'name="version" value="2"' in second.text


def test_saving_twice_changes_once(page_as, leo):
    client = page_as(leo)
    client.post("/answers/ship_when", {**TYPED, "version": "1"})
    client.post("/answers/ship_when", {**TYPED, "version": "2"})

    assert Event.objects.filter(kind="article.change").count() == 1


def test_retired_and_taken_up_again(page_as, leo, shop):
    client = page_as(leo)
    client.post("/answers/ship_when/retire")
    retired = "ship_when" not in knowledge_of(shop.pk).articles
    page = client.get("/answers/ship_when")
    client.post("/answers/ship_when/restore")

    assert retired
    assert "neither suggested nor found" in page.text
    assert "ship_when" in knowledge_of(shop.pk).articles
    assert [e.kind for e in Event.objects.filter(kind__startswith="article.").order_by("id")] == [
        "article.retire",
        "article.restore",
    ]


# -- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"answer_en": "Yes, {password}.", "answer_zh": "{password}"}, "There is no placeholder {password}."),
        ({"answer_en": "Yes."}, "Both languages need the same placeholders"),
        ({"answer_zh": " "}, "This field is required."),
        ({"category": "nonsense"}, "Select a valid choice."),
        ({"questions_en": "x" * 201}, "longer than 200 characters"),
        ({"questions_zh": "\n".join(f"问{n}" for n in range(21))}, "At most 20 questions"),
        ({"answer_en": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_lost(page_as, leo, typed, sentence):
    page = add(page_as(leo), **typed)

    assert page.status_code == 422
    assert sentence in page.text
    assert "杯子能进洗碗机吗？" in page.text or "questions_zh" in typed
    assert not Article.objects.exclude(shop_id=None).exists()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{{ 7*7 }}", "\u202eabc", "%s %(x)s", "🙂" * 50]
)
def test_odd_words_are_kept_as_they_are_and_shown_as_text(page_as, leo, shop, text):
    client = page_as(leo)
    add(client, questions_en=text, answer_en=f"{text} {{customer_name}}")
    own = Article.objects.get(shop_id=shop.pk)

    assert own.title["en"] == text
    assert (
        "<script>alert" not in client.get("/answers?q=洗碗机").text + client.get(f"/answers/{own.code}").text
    )


@pytest.mark.parametrize(
    "query", ["?cursor=nonsense", "?q=%00", "?q=%25%27", "?shop=%27", "?shop=nowhere", "?q=" + "a" * 3000]
)
def test_broken_links_are_no_errors(page_as, leo, query):
    assert page_as(leo).get(f"/answers{query}").status_code in (200, 302, 400, 404)


# -- what it costs -------------------------------------------------------------------------


def test_the_list_goes_on_by_key_at_the_same_cost(page_as, leo, django_assert_num_queries):
    client = page_as(leo)
    first = client.get("/answers")
    following = first.context["next"]
    with django_assert_num_queries(5):
        second = client.get(f"/answers?shop=demo&cursor={following}")

    assert len(first.context["articles"]) == 50
    assert len(second.context["articles"]) == 48
    assert second.context["next"] is None


def test_words_narrow_the_list_by_htmx(page_as, amy):
    part = page_as(amy).get("/answers?q=invoice", headers={"HX-Request": "true"})

    assert part.text.strip().startswith('<section class="panel" id="articles"')
    assert "invoice" in part.text.lower()
