"""The pages of canned replies: who sees which, what is edited, and that nothing typed is lost."""

import pytest

from aftersales.events.actors import Actor
from tests.tickets.test_actions_macros import words
from tickets.actions.macros import save_macro
from tickets.models import Macro

pytestmark = pytest.mark.django_db
FORM = {
    "kind": "reply", "stage": "communicate", "title_zh": "升级", "title_en": "Pass on", "body_zh": "稍等，{ticket_no}",
    "body_en": "One moment, {ticket_no}", "is_active": "on", "verb_0": "escalate", "words_0": "as agreed",
    "verb_1": "hold:partner", "words_1": "the maker looks",
}  # fmt: skip


def test_the_list_is_narrowed_by_words(page_as, amy):
    client = page_as(amy)

    assert client.get("/replies").text.count('href="/replies/') > 80
    found = client.get("/replies?q=照片 补充").text
    assert "Asking for photos" in found
    assert "First greeting" not in found
    assert "No reply has these words" in client.get("/replies?q=zzzz").text


def test_shared_replies_stand_by_their_stage_and_ones_own_come_first(page_as, amy):
    save_macro(None, by=Actor.staff(amy), **words())
    page = page_as(amy).get("/replies").text

    places = [
        page.index(f'<h2 id="replies-{code}">') for code in ("own", "communicate", "receive", "resolve")
    ]
    assert places == sorted(places)
    assert page.index("First greeting") < places[2]


def test_typing_narrows_the_list_alone(page_as, amy):
    part = page_as(amy).get("/replies?q=照片 补充", headers={"HX-Request": "true"}).text

    assert part.strip().startswith('<div class="stack4" id="replies"')
    assert "Asking for photos" in part
    assert "<html" not in part


def test_the_list_costs_the_same_for_one_and_for_many(page_as, amy, django_assert_max_num_queries):
    client = page_as(amy)
    for _number in range(3):
        save_macro(None, by=Actor.staff(amy), **words())
        with django_assert_max_num_queries(9):
            client.get("/replies")


def test_ones_own_is_written_read_again_and_removed(page_as, amy):
    client = page_as(amy)
    assert client.post("/replies/new", FORM)["Location"] == "/replies"
    macro = Macro.objects.get(owner=amy)
    assert macro.does == [
        {"verb": "escalate", "with": {"reason": "as agreed"}},
        {"verb": "hold", "with": {"reason": "the maker looks", "waiting_on": "partner"}},
    ]

    text = client.get(f"/replies/{macro.pk}").text
    assert '<option value="hold:partner" selected>' in text
    assert "Also does" in client.get("/replies").text
    client.post(f"/replies/{macro.pk}", {**FORM, "title_en": "Changed", "version": "1"})
    macro.refresh_from_db()
    assert (macro.title["en"], macro.version) == ("Changed", 2)
    client.post(f"/replies/{macro.pk}/remove")
    assert not Macro.objects.filter(pk=macro.pk).exists()


def test_what_is_wrong_stands_at_its_field_and_words_stay(page_as, amy):
    answer = page_as(amy).post(
        "/replies/new", {**FORM, "body_en": "Hello {colour}", "body_zh": "您好 {colour}"}
    )

    assert answer.status_code == 422
    assert "There is no placeholder “colour”" in answer.text
    assert "Hello {colour}" in answer.text
    assert not Macro.objects.filter(owner=amy).exists()


def test_a_lead_words_the_packs_reply_anew_for_the_shop(page_as, leo, shop, ticket):
    client, pack = page_as(leo), Macro.objects.get(code="greet_first")
    assert "no newer pack writes over it" in client.get(f"/replies/{pack.pk}?shop=demo").text

    answer = client.post(f"/replies/{pack.pk}?shop=demo", FORM)

    assert answer["Location"] == "/replies?shop=demo"
    assert Macro.objects.get(code="greet_first", shop=shop).title["en"] == "Pass on"


def test_two_leads_at_once_are_told(page_as, leo, shop):
    macro = save_macro(None, by=Actor.staff(leo), shop=shop, **words())
    save_macro(macro, by=Actor.staff(leo), version=1, shop=shop, **words(en="First"))

    answer = page_as(leo).post(f"/replies/{macro.pk}", {**FORM, "version": "1"})

    assert answer.status_code == 412
    assert "was changed since you opened it" in answer.text
    assert "One moment" in answer.text


@pytest.mark.parametrize(
    ("name", "status"), [("amy", 403), ("wen", 403), ("audrey", 403), ("mona", 302), ("bob", 404)]
)
def test_who_edits_a_shops(page_as, stage, name, status):
    pack = Macro.objects.get(code="greet_first")

    answer = page_as(getattr(stage, name)).post(f"/replies/{pack.pk}?shop=demo", FORM)

    assert answer.status_code == status


def test_the_strangers_do_not_see_a_shops_or_a_persons(page_as, leo, amy, shop, bob):
    theirs = save_macro(None, by=Actor.staff(leo), shop=shop, **words())
    mine = save_macro(None, by=Actor.staff(amy), **words())
    client = page_as(bob)

    assert client.get(f"/replies/{theirs.pk}").status_code == 404
    assert client.get(f"/replies/{mine.pk}").status_code == 404
    assert client.get("/replies?shop=demo").status_code == 404
    assert page_as(leo).post(f"/replies/{mine.pk}/remove").status_code == 404


def test_who_only_reads_is_told_so(page_as, audrey):
    client, pack = page_as(audrey), Macro.objects.get(code="greet_first")

    assert "For myself" not in client.get("/replies").text
    assert "edited by those who lead it" in client.get(f"/replies/{pack.pk}").text
    assert client.post("/replies/new", FORM).status_code == 403
    assert client.post(f"/replies/{pack.pk}/remove").status_code == 403


def test_the_packs_own_is_not_removed_and_the_page_says_what_to_do(page_as, leo):
    pack = Macro.objects.get(code="greet_first")

    answer = page_as(leo).post(f"/replies/{pack.pk}/remove")

    assert answer.status_code == 403
    assert "Switch it off for your shop instead." in answer.text
    assert Macro.objects.filter(pk=pack.pk).exists()


def test_nobody_reads_them_without_signing_in(client):
    assert client.get("/replies").status_code == 302
