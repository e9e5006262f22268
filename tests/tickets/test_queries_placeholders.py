"""Placeholders: the closed list, its values on a ticket, and what is left to people."""

import pytest
import yaml
from django.conf import settings

from aftersales.errors import Invalid
from aftersales.events.actors import Actor
from tests.tickets.packs import edit, load
from tickets.actions.conversation import add_note, reply_to_customer
from tickets.loading import PackError
from tickets.models import Macro, Message, Ticket
from tickets.queries.macros import macro_text, macros_for, prepared
from tickets.queries.placeholders import PLACEHOLDERS, filled, gaps_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(amy):
    return Actor.staff(amy)


def test_the_packs_list_is_the_desks():
    pack = yaml.safe_load((settings.BASE_DIR / "tickets/sops/placeholders.yaml").read_text("utf-8"))

    listed = {row["id"]: (row["en"], row["zh"]) for row in pack["placeholders"]}
    assert listed == {each.name: (each.en, each.zh) for each in PLACEHOLDERS.values()}


@pytest.mark.parametrize("name", [each.name for each in PLACEHOLDERS.values() if each.is_known])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_value_is_text_on_any_ticket(ticket, me, name, language):
    bare = Ticket.objects.get(pk=ticket.pk)
    bare.order = bare.customer = bare.team = None
    bare.lines.all().delete()

    for each in (Ticket.objects.get(pk=ticket.pk), bare):
        assert isinstance(PLACEHOLDERS[name].find(each, me, language), str)


def test_values_are_in_the_customers_language(ticket, me):
    text = "{customer_name} {agent_name} {shop_name} {ticket_no} {order_no} {product_name} {reason_text}"

    assert filled(text, ticket, me, "zh").split(" ")[:3] == ["王小明", "艾米", "青禾"]
    assert filled(text, ticket, me, "en").startswith(f"王小明 Amy Greenleaf {ticket.number} TM260001 白瓷杯")


def test_a_value_that_looks_like_a_placeholder_stays_what_it_is(ticket, me):
    ticket.customer.name = "{ticket_no}"

    assert filled("{customer_name}", ticket, me, "en") == "{ticket_no}"


def test_what_nobody_knows_is_a_gap_for_people_and_a_neutral_word_for_the_desk(ticket, me):
    macro = Macro.objects.get(code="answer_general")

    found = prepared(macro, ticket, me)

    assert [gap.name for gap in found.gaps] == ["answer_text"]
    assert "{answer_text}" in found.text
    assert "（待定）" in macro_text("answer_general", ticket, me)


def test_a_gap_is_not_sent_to_the_customer(ticket, me):
    with pytest.raises(Invalid, match="Still to be filled in: Refund amount") as refused:
        reply_to_customer(ticket, by=me, body="We pay {refund_amount}.")
    assert refused.value.code == "placeholder_left"
    add_note(ticket, by=me, body="say {refund_amount} here")
    reply_to_customer(ticket, by=me, body="Braces {of one's own} are fine: {x}")

    assert Message.objects.filter(author_kind="staff").count() == 2
    assert [gap.name for gap in gaps_in("{a} {ticket_no} {ticket_no}")] == ["ticket_no"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("{customer_name}您好，我是", "{colour}您好，我是", "these differ|placeholder “colour”"),
        ("- id: customer_name", "- id: customer_nickname", "knows no placeholder “customer_nickname”"),
    ],
)
def test_a_pack_with_an_unknown_placeholder_is_refused(pack, old, new, sentence):
    edit(pack, "placeholders.yaml" if "id:" in old else "macros.yaml", old, new)

    with pytest.raises(PackError, match=sentence):
        load(pack)


@pytest.mark.parametrize(
    ("words", "code"),
    [("photos add", "ask_photos"), ("补充 照片", "ask_photos"), ("GREET_FIRST", "greet_first")],
)
def test_replies_are_found_by_words_in_both_languages(ticket, me, words, code):
    found = [macro.code for macro in macros_for(ticket, me, words)]

    assert code in found
    assert len(found) < 85
    assert macros_for(ticket, me, "no such words at all") == []
