"""The closed list of placeholders in canned replies, and what each stands for on one ticket.

They are replaced one for one by plain text: never a template language, and never twice, so that a value
that looks like a placeholder stays what it is.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid
from aftersales.languages import side_of
from aftersales.web.times import day_text
from staff.models import User
from tickets.queries.runs import next_step, running_run
from tickets.queries.windows import last_moment
from tickets.registry import PLACEHOLDER_VALUES

WRITTEN = re.compile(r"\{(\w{1,60})\}")
# Where the desk itself sends a prepared reply, nobody is there to fill in what is not known.
NEUTRAL = {"zh": "（待定）", "en": "(to follow)"}
WEEK = timedelta(days=7)  # what customers get to answer, where nothing else ends before
DAYS_TO_SEND = timedelta(days=15)  # to post goods, where the procedure does not say how long we wait


@dataclass(frozen=True)
class Placeholder:
    """`find(ticket, by, language)` gives the text or nothing; without it people fill the place in."""

    name: str
    en: str
    zh: str
    find: Callable | None = None

    @property
    def is_known(self):
        return self.find is not None

    @property
    def label(self):
        return self.zh if side_of() == "zh" else self.en


# -- what the desk knows ---------------------------------------------------------------


def customer_name(ticket, by, language):
    name = ticket.customer.name if ticket.customer_id else ""
    return name or ("您" if language == "zh" else "customer")


def agent_name(ticket, by, language):
    return named(by.user, language) if by.user else shop_name(ticket, by, language)


def supervisor_name(ticket, by, language):
    """The lead of the ticket's team, when there is one and no other."""
    leads = User.objects.filter(memberships__team=ticket.team_id, memberships__is_lead=True, is_active=True)
    found = list(leads[:2]) if ticket.team_id else []
    return named(found[0], language) if len(found) == 1 else ""


def named(person, language):
    return (person.name_zh if language == "zh" else person.name_en) or person.username


def shop_name(ticket, by, language):
    return ticket.shop.name_zh if language == "zh" else ticket.shop.name_en


def ticket_no(ticket, by, language):
    return ticket.number


def order_no(ticket, by, language):
    return ticket.order.number if ticket.order_id else ""


def product_name(ticket, by, language):
    line = ticket.lines.select_related("order_line").order_by("id").first()
    return line.order_line.title if line else ""


def reason_text(ticket, by, language):
    """What was given as the reason a moment ago, else what the customer gave."""
    if given := getattr(ticket, "reason_given", ""):
        return given
    line = ticket.lines.select_related("reason").order_by("id").first()
    return line.reason.name[language] if line and line.reason else ""


def evidence_list(ticket, by, language):
    """What the reason asks for; any matter is clearer with the whole and the trouble to be seen."""
    line = ticket.lines.select_related("reason").order_by("id").first()
    asked = line.reason.evidence.get("hint", {}).get(language, "") if line and line.reason else ""
    return asked or spoken(language, lambda: _("a photo of the whole item, and a close-up of the trouble"))


def return_address(ticket, by, language):
    address = ticket.shop.return_address
    parts = (address.get(part, "") for part in ("name", "phone", "address"))
    return (" " if language == "zh" else ", ").join(filter(None, parts)) if address.get("address") else ""


def invoice_no(ticket, by, language):
    return ticket.order.invoice.get("number", "") if ticket.order_id else ""


def next_update_time(ticket, by, language):
    return "24小时内" if language == "zh" else "within 24 hours"


def deadline_date(ticket, by, language):
    """Until when the customer was promised a solution, while that is to come; else a week from now."""
    promise = ticket.clocks.filter(target="promise").order_by("-id").first()
    ahead = promise is not None and promise.due_at is not None and promise.due_at > now()
    return day_in(promise.due_at if ahead else now() + WEEK, language)


def return_by(ticket, by, language):
    """Until when we wait for the goods, as the procedure says."""
    run = running_run(ticket)
    step = next_step(run) if run else None
    timer = run.timers.filter(step_code=step.code).first() if step and step.kind == "wait" else None
    if timer is not None:
        return day_in(timer.limit_at, language)
    waits = [each for each in (run.procedure.steps if run else ()) if each.kind == "wait"]
    limits = [each.params.get("limit_days") for each in waits if each.params["until"].startswith("parcel.")]
    days = next(filter(None, limits), None)
    return day_in(now() + (timedelta(days=days) if days else DAYS_TO_SEND), language)


def last_day(ticket, by, language):
    """The end of the seven days after delivery; not delivered yet, it cannot be before a week from now."""
    delivered = ticket.order.delivered_at if ticket.order_id else None
    if delivered is None:
        return day_in(now() + WEEK, language)
    zone = ticket.shop.time_zone
    return day_in(last_moment(delivered, WEEK.days, zone) - timedelta(seconds=1), language, zone)


def invoice_title(ticket, by, language):
    return ticket.order.invoice.get("title", "") if ticket.order_id else ""


def day_in(moment, language, zone=None):
    """A day as the customer reads it; of a moment, the day that it falls on."""
    day = localtime(moment, zone and ZoneInfo(zone)).date() if hasattr(moment, "hour") else moment
    return spoken(language, lambda: day_text(day))


def spoken(language, say):
    """What `say` says in the customer's language."""
    with translation.override("zh-hans" if language == "zh" else "en"):
        return say()


PLACEHOLDERS = {
    each.name: each
    for each in (
        Placeholder("customer_name", "How the customer is addressed", "客户称呼", customer_name),
        Placeholder("agent_name", "Agent's name", "客服姓名", agent_name),
        Placeholder("supervisor_name", "Supervisor's name", "主管姓名", supervisor_name),
        Placeholder("shop_name", "Shop name", "店铺名称", shop_name),
        Placeholder("ticket_no", "Ticket number", "工单号", ticket_no),
        Placeholder("order_no", "Order number", "订单号", order_no),
        Placeholder("product_name", "Product name", "商品名称", product_name),
        Placeholder("carrier_name", "Carrier", "承运商"),
        Placeholder("tracking_no", "Tracking number", "运单号"),
        Placeholder("return_address", "Return address", "退货地址", return_address),
        Placeholder("label_link", "Link to the return label", "面单下载链接"),
        Placeholder("portal_link", "Link to the customer's ticket page", "客户售后页面链接"),
        Placeholder("survey_link", "Survey link", "评价链接"),
        Placeholder("deadline_date", "Deadline", "截止日期", deadline_date),
        Placeholder("next_update_time", "Time of the next update", "下次答复时间", next_update_time),
        Placeholder("evidence_list", "What we still need", "需补充的材料", evidence_list),
        Placeholder("reason_text", "The reason in plain words", "具体原因", reason_text),
        Placeholder("policy_clause", "The policy clause that applies", "适用的政策条款"),
        Placeholder("inspection_result", "Inspection finding", "检验结论"),
        Placeholder("missing_items", "Missing items", "缺少的物品"),
        Placeholder("refund_amount", "Refund amount", "退款金额"),
        Placeholder("refund_days", "Working days until the money arrives", "预计到账工作日"),
        Placeholder("compensation_amount", "Compensation amount", "补偿金额"),
        Placeholder("voucher_amount", "Voucher value", "优惠券面额"),
        Placeholder("price_difference", "Price difference", "差价"),
        Placeholder("new_variant", "Variant sent in exchange", "换货规格"),
        Placeholder("service_centre_name", "Official service centre", "官方服务网点"),
        Placeholder("service_centre_address", "Service centre address", "网点地址"),
        Placeholder("partner_due_date", "Date the partner will answer by", "检测机构答复日期"),
        Placeholder("repair_quote_amount", "Repair quote", "维修报价"),
        Placeholder("repair_due_date", "Expected repair date", "预计修好日期"),
        Placeholder("warranty_end_date", "End of warranty", "质保截止日期"),
        Placeholder("invoice_no", "Invoice number", "发票号码", invoice_no),
        Placeholder("invoice_title", "Invoice title", "发票抬头", invoice_title),
        Placeholder("safety_advice", "Safety advice", "安全提示"),
        Placeholder("label_code", "Return number", "退货号"),
        Placeholder("return_by", "Last day to post the goods", "寄回截止日期", return_by),
        Placeholder("last_day", "Last day to ask for it", "申请截止日期", last_day),
        Placeholder("what_was_done", "What was done", "处理结果"),
        Placeholder("answer_text", "The answer itself", "答复内容"),
    )
}


# -- filling in --------------------------------------------------------------------------


def filled(text, ticket, by, language):
    """The text with each known placeholder's value; one without a value stays as it is written."""
    values = {}

    def value(match):
        name = match[1]
        if name not in values:
            values[name] = value_of(name, ticket, by, language)
        return values[name] or match[0]

    return WRITTEN.sub(value, text)


def value_of(name, ticket, by, language):
    """What the desk knows of it, here or in an app above; nothing where it has to be filled in."""
    place = PLACEHOLDERS.get(name)
    if place is None:
        return ""
    if place.find is not None:
        return str(place.find(ticket, by, language))
    find = PLACEHOLDER_VALUES.get(name)
    return find(ticket, language) if find else ""


def neutral(text, language):
    """What still stands in curly brackets in neutral words."""
    return WRITTEN.sub(lambda match: NEUTRAL[language] if match[1] in PLACEHOLDERS else match[0], text)


def in_words(text, language):
    """What still stands in curly brackets as the name of what comes there."""
    return WRITTEN.sub(
        lambda match: (
            f"[{getattr(PLACEHOLDERS[match[1]], language)}]" if match[1] in PLACEHOLDERS else match[0]
        ),
        text,
    )


def gaps_in(text):
    """The placeholders of the list that a text still has, each once."""
    names = dict.fromkeys(WRITTEN.findall(text))
    return [PLACEHOLDERS[name] for name in names if name in PLACEHOLDERS]


def check_placeholders(text, *, field, refusal):
    """Refuse the first name in curly brackets that is not on the list; `refusal` is the sentence."""
    for name in WRITTEN.findall(text):
        if name not in PLACEHOLDERS:
            raise Invalid(refusal % {"name": name}, field=field, code="unknown_placeholder")
