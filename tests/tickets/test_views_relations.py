"""Relations on the page: what belongs to a request, what may be the same, and who asks."""

import re

import pytest

from aftersales.events.actors import Actor
from tests.factories import SYSTEM, order_body
from tickets.actions.conversation import hear_customer, reply_to_customer
from tickets.actions.linking import link_ticket
from tickets.actions.marking import follow_ticket, tag_ticket
from tickets.actions.merging import merge_ticket
from tickets.actions.moves import reject_ticket
from tickets.actions.orders import put_order
from tickets.models import Relation, Ticket
from tickets.serializers import read_order

pytestmark = pytest.mark.django_db
ONE_MUG = [{"order_line": "1", "quantity": 1, "reason": "q_surface"}]
PART = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "verb"}


def page_of(ticket):
    return f"/tickets/{ticket.number}"


def panel(page, name):
    return re.search(rf'<section class="panel" id="{name}".*?</section>', page.text, re.DOTALL)[0]


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# -- merging from the page ------------------------------------------------------------


def test_one_click_on_a_duplicate_does_not_add_its_units_up(shop, order, again, page_as, amy):
    into, younger = again(lines=ONE_MUG), again(lines=ONE_MUG)
    client = page_as(amy)
    own = panel(client.get(page_of(younger)), "relations")
    fields = dict(re.findall(r'<input type="hidden" name="(into|units)" value="([^"]+)">', own))

    client.post(f"{page_of(younger)}/merge", fields)

    assert fields == {"into": into.number, "units": "release"}
    assert list(into.lines.values_list("quantity", "claimed")) == [(1, 1)]


def test_the_form_asks_and_takes_the_same_units_for_likely_where_a_line_is_shared(
    ticket, again, page_as, amy
):
    client, kettle = page_as(amy), [{"order_line": "2", "quantity": 1, "reason": "q_function"}]

    other = client.get(f"{page_of(again(lines=kettle))}?do=merge").text
    same = client.get(f"{page_of(again(lines=ONE_MUG))}?do=merge").text

    assert '<option value="add" selected>' in other
    assert '<option value="release" selected>' in same
    assert '<option value="add">' in same


def test_a_likely_duplicate_says_why_and_is_merged_by_one_click(ticket, again, page_as, amy):
    younger = again(lines=ONE_MUG)
    client = page_as(amy)

    shown = panel(client.get(page_of(ticket)), "relations")
    assert "Both are about MUG of the same order." in shown
    assert "Merge it into this one" in shown
    assert "Merge this one into it" in panel(client.get(page_of(younger)), "relations")
    answer = client.post(f"{page_of(younger)}/merge", {"into": ticket.number}, follow=True)

    assert answer.redirect_chain == [(page_of(ticket), 302)]
    assert f"{younger.number} was merged into this request" in answer.text
    assert f'action="{page_of(younger)}/unmerge"' in answer.text  # the toast's undo
    assert "The same once more?" not in answer.text


def test_htmx_goes_on_to_the_request_that_it_went_into(ticket, again, page_as, amy):
    source = again(lines=[])

    answer = page_as(amy).post(f"{page_of(source)}/merge", {"into": ticket.number}, **PART)

    assert answer["HX-Redirect"] == page_of(ticket)


def test_the_form_offers_open_requests_of_the_order_or_customer_only(ticket, again, page_as, amy, agent):
    near, ended = again(lines=[]), again(lines=[])
    reject_ticket(ended, by=agent, reason="x")

    form = page_as(amy).get(f"{page_of(ticket)}?do=merge").text

    assert f'<option value="{near.number}">' in form
    assert f'<option value="{ended.number}">' not in form


def test_a_refused_merge_shows_its_sentence_and_keeps_what_was_chosen(ticket, again, page_as, amy):
    source = again(lines=ONE_MUG)
    Ticket.objects.filter(pk=ticket.pk).update(goods_expected=True)

    answer = page_as(amy).post(f"{page_of(source)}/merge", {"into": ticket.number}, **PART)

    assert answer.status_code == 409
    assert "It is decided already" in answer.text
    assert f'<option value="{ticket.number}" selected>' in answer.text


def test_the_merged_page_says_where_it_went_and_takes_apart(ticket, again, page_as, amy, agent):
    source = again(lines=[])
    merge_ticket(source, by=agent, into=ticket)
    client = page_as(amy)

    page = client.get(page_of(source))
    assert f'Merged into <a href="{page_of(ticket)}">' in page.text
    assert 'id="reply"' not in page.text
    assert "Take apart" in panel(client.get(page_of(ticket)), "relations")
    answer = client.post(f"{page_of(source)}/unmerge", follow=True)

    assert answer.redirect_chain == [(page_of(source), 302)]
    assert not Relation.objects.exists()


def test_the_timeline_of_the_target_tells_both(ticket, again, page_as, amy, agent):
    source = again(lines=[], message="The handle broke, too.")
    merge_ticket(source, by=agent, into=ticket)
    hear_customer(source, by=SYSTEM, body="Anybody there?")

    page = page_as(amy).get(page_of(ticket)).text
    told = page[page.index('id="timeline"') :]

    words = [
        "Anybody there?",
        f"{source.number} was merged into this",
        "The handle broke",
        "收到时杯口有裂纹",
    ]
    places = [told.index(word) for word in words]
    assert places == sorted(places)
    assert f"Merged into {ticket.number}" not in told
    assert told.count("#git-merge") >= 2
    own = page_as(amy).get(page_of(source)).text
    assert "Anybody there?" not in own


def test_files_of_a_merged_request_are_served_by_the_target(ticket, again, page_as, amy, agent):
    from io import BytesIO  # noqa: PLC0415 - of this test alone

    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    from tickets.actions.attachments import attach_file  # noqa: PLC0415

    content = BytesIO()
    Image.new("RGB", (8, 8)).save(content, "PNG")
    source = again(lines=[])
    file = attach_file(source, SimpleUploadedFile("cup.png", content.getvalue()), by=agent)
    client = page_as(amy)
    assert client.get(f"{page_of(ticket)}/attachments/{file.uid}").status_code == 404

    merge_ticket(source, by=agent, into=ticket)

    assert str(file.uid) in panel(client.get(page_of(ticket)), "files")
    served = client.get(f"{page_of(ticket)}/attachments/{file.uid}")
    assert served.status_code == 200
    served.close()


# -- other ties, tags, followers ----------------------------------------------------------


def test_links_tags_and_followers_stand_in_one_panel_with_their_undoing(
    ticket, again, page_as, amy, leo, agent
):
    other = again(lines=[])
    link_ticket(ticket, by=agent, to=other, kind="caused_by")
    tag_ticket(ticket, by=agent, tag="vip")
    follow_ticket(ticket, by=Actor.staff(leo))
    client = page_as(amy)

    mine, theirs = (text_of(panel(client.get(page_of(one)), "relations")) for one in (ticket, other))
    assert f"caused by {other.number}" in mine
    assert "vip" in mine
    assert "Followed by Leo" in mine
    assert f"the cause of {ticket.number}" in theirs
    client.post(f"{page_of(other)}/unlink", {"to": ticket.number})
    client.post(f"{page_of(ticket)}/untag", {"tag": "vip"})

    assert not Relation.objects.exists()
    assert Ticket.objects.get(pk=ticket.pk).tags == []


def test_a_request_that_belongs_to_nothing_has_no_such_panel(ticket, page_as, amy):
    assert 'id="relations"' not in page_as(amy).get(page_of(ticket)).text


def test_who_may_not_merge_sees_why_and_no_button(ticket, again, page_as, wen):
    again(lines=ONE_MUG)

    shown = panel(page_as(wen).get(page_of(ticket)), "relations")

    assert "Both are about MUG" in shown
    assert "<button" not in shown


def test_splitting_from_the_page_shows_the_part(ticket, page_as, amy):
    line = ticket.lines.get()
    fields = {f"lines-{line.uid}-quantity": "1", "category": "", "subject": ""}

    answer = page_as(amy).post(f"{page_of(ticket)}/split", fields, follow=True)

    part = Ticket.objects.exclude(pk=ticket.pk).get()
    assert f"split into {part.number}" in text_of(panel(answer, "relations"))


def test_splitting_nothing_is_refused_on_the_page(ticket, page_as, amy):
    fields = {f"lines-{ticket.lines.get().uid}-quantity": "0", "category": "", "subject": "The rest"}

    answer = page_as(amy).post(f"{page_of(ticket)}/split", fields)

    assert answer.status_code == 422
    assert "Say which lines, and how many of each." in answer.text
    assert "The rest" in answer.text
    assert Ticket.objects.get() == ticket


# -- who the customer is --------------------------------------------------------------------


def test_the_customer_is_known_by_orders_money_requests_and_answers(ticket, again, page_as, amy, shop, agent):
    body = order_body(number="2", currency="JPY")
    put_order(shop, "O-2", read_order(body), by=SYSTEM)
    ended = again(lines=[])
    reply_to_customer(ended, by=agent, body="We are sorry, it is too late.")
    reject_ticket(ended, by=agent, reason="Too late.")

    shown = text_of(panel(page_as(amy).get(page_of(ticket)), "customer"))

    assert "2 orders" in shown
    assert "¥399.00" in shown
    assert "¥39,900" in shown
    assert "Asked before" not in shown  # the other was opened after this one
    latest = text_of(panel(page_as(amy).get(page_of(again(lines=[]))), "customer"))
    assert "Asked before 2 times · Rejected 1" in latest
    assert "We are sorry, it is too late." in shown


@pytest.mark.parametrize("role", ["wen", "ines"])
def test_neither_money_nor_words_are_for_the_dock(role, ticket, again, page_as, stage, agent):
    reply_to_customer(again(lines=[]), by=agent, body="We are sorry.")

    shown = panel(page_as(getattr(stage, role)).get(page_of(ticket)), "customer")

    assert "399" not in shown
    assert ("We are sorry." in shown) is (role == "ines")


def test_each_line_says_where_else_it_is_claimed(ticket, again, page_as, amy):
    other = again(lines=ONE_MUG)

    assert f"1 in {other.number}" in text_of(panel(page_as(amy).get(page_of(ticket)), "order"))
