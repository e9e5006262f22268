"""Canned replies that people write: whose they are, what they may hold, and that no pack writes over them."""

import pytest

from aftersales.errors import Invalid, NotAllowed, NotPossible, Stale
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.tickets.packs import edit, load
from tickets.actions.macros import DEEDS, MOST_OF_A_PERSON, MOST_OF_A_SHOP, remove_macro, save_macro
from tickets.models import Category, Macro, Reason
from tickets.queries.macros import macro_of, macros_for
from tickets.registry import verb_named

pytestmark = pytest.mark.django_db


def words(zh="您好", en="Hello", **changes):
    both = {"title": {"zh": "问候", "en": "Greeting"}, "body": {"zh": zh, "en": en}}
    return {"kind": "reply", "stage": "communicate", "does": [], "is_active": True, **both, **changes}


@pytest.fixture
def me(amy):
    return Actor.staff(amy)


@pytest.fixture
def lead(leo):
    return Actor.staff(leo)


@pytest.fixture
def greeting():
    return Macro.objects.get(code="greet_first")


# -- whose -------------------------------------------------------------------------------------


def test_ones_own_is_seen_by_oneself(ticket, me, lead):
    macro = save_macro(None, by=me, **words())

    assert macro in macros_for(ticket, me)
    assert macro not in macros_for(ticket, lead)
    assert Event.objects.get(kind="macro.save").data["code"] == macro.code


def test_a_shops_is_seen_where_the_shop_is(ticket, me, lead, shop, bob):
    macro = save_macro(None, by=lead, shop=shop, **words())

    assert macro in macros_for(ticket, me)
    assert macro not in Macro.objects.visible_to(Actor.staff(bob))


def test_a_changed_pack_reply_is_the_shops_own_and_the_others_keep_theirs(
    ticket, lead, me, shop, other_shop, greeting
):
    own = save_macro(greeting, by=lead, shop=shop, **words(en="Ours"))

    assert (own.code, own.shop, own.origin) == ("greet_first", shop, "shop")
    assert macro_of("greet_first", ticket) == own
    assert [m for m in macros_for(ticket, me) if m.code == "greet_first"] == [own]
    greeting.refresh_from_db()
    assert greeting.body["en"].startswith("Hello {customer_name}")
    with pytest.raises(Stale, match="Load the page again"):
        save_macro(greeting, by=lead, shop=shop, **words(en="Twice"))


def test_taken_away_the_packs_is_back(ticket, lead, shop, greeting):
    remove_macro(save_macro(greeting, by=lead, shop=shop, **words()), by=lead)

    assert macro_of("greet_first", ticket) == greeting
    with pytest.raises(NotAllowed, match="content pack"):
        remove_macro(greeting, by=Actor.system("x"))


def test_a_switched_off_reply_is_not_offered_but_still_sent_by_its_step(ticket, lead, me, shop, greeting):
    save_macro(greeting, by=lead, shop=shop, **words(is_active=False))

    assert "greet_first" not in [macro.code for macro in macros_for(ticket, me)]
    assert macro_of("greet_first", ticket).body["en"] == "Hello"


@pytest.mark.parametrize("name", ["amy", "wen", "audrey", "quinn", "bob"])
def test_a_shops_replies_are_its_leads(stage, shop, greeting, name):
    with pytest.raises(NotAllowed):
        save_macro(greeting, by=Actor.staff(getattr(stage, name)), shop=shop, **words())


def test_nobody_edits_anothers_nor_the_packs(me, lead, greeting):
    mine = save_macro(None, by=me, **words())

    for macro, by in ((mine, lead), (greeting, me)):
        with pytest.raises(NotAllowed):
            save_macro(macro, by=by, **words())
    with pytest.raises(NotAllowed):
        remove_macro(mine, by=lead)


def test_two_who_edit_at_once_are_told(me):
    macro = save_macro(None, by=me, **words())
    save_macro(macro, by=me, version=1, **words(en="First"))

    with pytest.raises(Stale, match="Your words are kept"):
        save_macro(macro, by=me, version=1, **words(en="Second"))


def test_a_removed_reply_is_neither_changed_nor_removed_again(me):
    macro = save_macro(None, by=me, **words())
    other_window = Macro.objects.get(pk=macro.pk)
    remove_macro(macro, by=me)

    with pytest.raises(Stale, match="removed meanwhile"):
        remove_macro(other_window, by=me)
    with pytest.raises(Stale, match="removed meanwhile"):
        save_macro(other_window, by=me, version=1, **words())
    assert Event.objects.filter(kind="macro.remove").count() == 1


def rows_of(number, **place):
    title = {"zh": "x", "en": "x"}
    Macro.objects.bulk_create(
        Macro(code=f"row-{n}", title=title, body=title, stage="communicate", origin="shop", **place)
        for n in range(number)
    )


def test_a_person_has_no_more_replies_than_a_list_shows(me, lead, amy):
    rows_of(MOST_OF_A_PERSON, owner=amy)

    with pytest.raises(NotPossible, match="room for 100 replies"):
        save_macro(None, by=me, **words())
    assert save_macro(Macro.objects.get(code="row-0"), by=me, **words()).version == 2
    assert save_macro(None, by=lead, **words())


def test_a_shop_has_no_more_replies_than_a_list_shows(ticket, me, lead, shop, amy, greeting):
    rows_of(MOST_OF_A_SHOP, shop=shop)
    rows_of(MOST_OF_A_PERSON, owner=amy)

    for macro in (None, greeting):
        with pytest.raises(NotPossible, match="room for 150 replies"):
            save_macro(macro, by=lead, shop=shop, **words())
    everybodys = Macro.objects.filter(shop=None, owner=None).count()
    assert len(macros_for(ticket, me)) == everybodys + MOST_OF_A_SHOP + MOST_OF_A_PERSON


# -- what it may hold -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"en": "Hello {colour}", "zh": "您好 {colour}"}, "body_zh", "no placeholder “colour”"),
        ({"en": "Hello {ticket_no}"}, "body_en", "these differ: ticket_no"),
        ({"en": " "}, "body_en", "words in both languages"),
        ({"title": {"zh": "", "en": "x"}}, "title_zh", "title in both languages"),
        ({"en": "x" * 4001}, "body_en", "at most 100 characters, a reply 4000"),
    ],
)
def test_words_that_could_not_be_sent_are_refused(me, changes, field, sentence):
    with pytest.raises(Invalid, match=sentence) as refused:
        save_macro(None, by=me, **words(**changes))
    assert refused.value.field == field


@pytest.mark.parametrize(
    "text", ["{{ 7*7 }}", "{% load x %}", "${}", "{0.__class__}", "{customer_name.__class__}", "%(name)s"]
)
def test_nothing_is_a_template(me, ticket, text):
    macro = save_macro(None, by=me, **words(zh=text, en=text))

    from tickets.queries.macros import prepared  # noqa: PLC0415 - beside what it shows

    assert prepared(macro, ticket, me).text == text


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ({"verb": "approve_resolution"}, "cannot do “approve_resolution”"),
        ({"verb": "explode"}, "cannot do “explode”"),
        ({"verb": "escalate", "with": {}}, "“Escalate” needs words"),
        ({"verb": "take", "with": {"to": "leo"}}, "does not know such a field"),
        ({"verb": "note", "with": {"body": 7}}, "needs words"),
        ({"verb": "recategorise", "with": {"category": "no"}}, "no category “no”"),
        ({"verb": "note", "with": ["x"]}, "does not know such a field"),
        ({"verb": "hold", "with": {"reason": "x", "waiting_on": "the moon"}}, "whom to wait for"),
        ({"verb": "hold", "with": {"reason": "x", "waiting_on": ["us"]}}, "whom to wait for"),
    ],
)
def test_deeds_that_could_not_be_done_are_refused(me, step, sentence):
    with pytest.raises(Invalid, match=sentence):
        save_macro(None, by=me, **words(does=[step]))


def test_five_deeds_and_no_words_are_a_reply_six_are_not(me):
    take = {"verb": "take", "with": {}}

    assert save_macro(None, by=me, **words("", "", does=[take] * 5)).does == [take] * 5
    with pytest.raises(Invalid, match="at most 5"):
        save_macro(None, by=me, **words(does=[take] * 6))


@pytest.mark.parametrize("name", DEEDS)
def test_every_deed_is_a_verb_with_that_field(name):
    fields = verb_named(name).form.base_fields

    assert DEEDS[name] in fields or not DEEDS[name]


# -- newer packs -------------------------------------------------------------------------------------


def test_a_newer_pack_writes_over_its_own_and_not_over_a_shops(pack, ticket, lead, shop, greeting):
    own = save_macro(greeting, by=lead, shop=shop, **words(en="Ours"))
    edit(pack, "macros.yaml", "en: First greeting", "en: The very first greeting")

    load(pack)

    greeting.refresh_from_db()
    assert greeting.title["en"] == "The very first greeting"
    assert macro_of("greet_first", ticket) == own
    assert Macro.objects.get(pk=own.pk).body["en"] == "Ours"


def test_categories_and_reasons_follow_a_newer_pack(pack):
    edit(pack, "reasons.yaml", "en: Does not turn on or work", "en: Dead")
    edit(pack, "categories.yaml", "priority: low", "priority: high")

    load(pack)

    assert Reason.objects.get(code="q_dead").name["en"] == "Dead"
    assert Category.objects.get(code="usage_help").priority == "high"
