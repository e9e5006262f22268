"""A shop where something of everything is to be seen: each page of the desk has what it can show, at once."""

from types import SimpleNamespace

from aftersales import due
from aftersales.events.actors import Actor
from returns.actions.receiving import receive_unknown
from tests.factories import SYSTEM, order_body, ticket_body
from tests.returns.shortcuts import leave_questions_out
from tests.tickets.procedure_bodies import CODE
from tests.tickets.test_actions_macros import words
from tickets.actions.assignment import assign_ticket
from tickets.actions.conversation import add_note, hear_customer, reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.actions.linking import link_ticket
from tickets.actions.macros import save_macro
from tickets.actions.marking import follow_ticket, tag_ticket
from tickets.actions.merging import merge_ticket
from tickets.actions.moves import reject_ticket
from tickets.actions.orders import put_order
from tickets.actions.procedure_drafts import begin_draft
from tickets.actions.saved_views import save_view
from tickets.models import Ticket
from tickets.serializers import read_order, read_ticket
from tickets.verbs import perform

ONE_MUG = [{"order_line": "1", "quantity": 1, "reason": "q_surface"}]
WAYBILL = "SF140299135520"
FAULTS = {
    "all": [
        {"field": "category", "op": "is", "value": "quality_other"},
        {"any": [{"field": "created", "op": "newer", "value": "3d"}]},
    ]
}


def furnish(stage):
    """The requests by what is special about them, besides everything around."""
    order(stage, "O-1", "TM260001")
    shop = SimpleNamespace(stage=stage, talked=talked(stage))
    shop.younger = request(stage, lines=ONE_MUG, subject="杯子又裂了", message="又发现一只有裂纹")
    shop.merged = request(stage, lines=[], subject="请问什么时候处理？")
    ended = request(stage, lines=[], subject="发票抬头写错了")
    reply_to_customer(ended, by=Actor.staff(stage.amy), body="您好，发票已经重新开好，请查收邮件。")
    reject_ticket(ended, by=Actor.staff(stage.amy), reason="重复")
    merge_ticket(shop.merged, by=Actor.staff(stage.amy), into=shop.talked)
    link_ticket(shop.talked, by=Actor.staff(stage.amy), to=ended, kind="related")
    shop.received, shop.inspected = received(stage, "O-2", WAYBILL), received(stage, "O-3", "YT200000001")
    do(stage.ines, shop.inspected, "inspect", grade="A", finding="完好如新")
    receive_unknown(
        stage.shop,
        by=Actor.staff(stage.wen),
        waybill="YT123456",
        unexpected=[{"sku": "MUG", "quantity": 2}],
    )
    shop.step = begin_draft(stage.shop, CODE, by=Actor.staff(stage.leo)).body["steps"][-1]["id"]
    shop.view = save_view("杯子", by=Actor.staff(stage.leo), reach="team", team=stage.team, filter=FAULTS)
    save_macro(None, by=Actor.staff(stage.leo), **words())
    stage.issue(shop=stage.shop, label="ERP 主系统", allowed_ips=["203.0.113.0/24"])
    stage.issue(user=stage.ada, label="月末脚本", is_test=True)
    due.drain_all()
    return shop


def talked(stage):
    """Everything that a conversation can show at once, given to Leo with a word about it."""
    ticket, amy, leo = request(stage), Actor.staff(stage.amy), Actor.staff(stage.leo)
    Ticket.objects.filter(pk=ticket.pk).update(priority="urgent")
    hear_customer(ticket, by=SYSTEM, body="退款什么时候到账？\n\n在2026年11月2日，青禾 写道：\n> 您好")
    add_note(ticket, by=amy, body="@leo 请看一下，这批货有问题")
    reply_to_customer(ticket, by=amy, body="您好，非常抱歉。能否请您拍一下杯口的照片？")
    assign_ticket(ticket, by=amy, to=stage.leo, note="客户六点以后方便接电话")
    tag_ticket(ticket, by=amy, tag="vip")
    follow_ticket(ticket, by=leo)
    return ticket


def received(stage, external_id, waybill):
    """The mugs of an order of their own, approved, sent and here."""
    order(stage, external_id, f"TM26000{external_id[-1]}")
    ticket = request(stage, order=external_id)
    do(stage.amy, ticket, "approve")
    do(stage.amy, ticket, "ship", carrier="sf", waybill=waybill)
    leave_questions_out(ticket, stage.leo)
    return do(stage.wen, ticket, "receive")


def order(stage, external_id, number):
    return put_order(stage.shop, external_id, read_order(order_body(number=number)), by=SYSTEM)[0]


def request(stage, **changes):
    return open_ticket(stage.shop, read_ticket(ticket_body(**changes)), by=SYSTEM)[0]


def do(person, ticket, verb, **fields):
    return perform(Ticket.objects.get(pk=ticket.pk), verb, fields, by=Actor.staff(person))
