"""Canned replies filled in: placeholders of a closed list, by plain replacement, never a template language."""

from django.utils.translation import gettext as _

from aftersales.errors import Invalid
from tickets.content.articles import PLACEHOLDER
from tickets.models import Macro
from tickets.queries.knowledge import knowledge_of


def macro_text(code, ticket, by):
    """The reply's text in the customer's language; what is not known yet becomes a neutral word."""
    macro = Macro.objects.filter(code=code).first()
    if macro is None:
        raise Invalid(_("There is no canned reply “%(code)s”.") % {"code": code}, field="macro")
    return filled(macro.body, ticket, by)


def article_text(code, ticket, by):
    """The answer to a frequent question, in the customer's language."""
    article = knowledge_of(ticket.shop_id).articles.get(code)
    if article is None:
        raise Invalid(_("There is no answer “%(code)s”.") % {"code": code}, field="answer")
    return filled(article.answer, ticket, by)


def filled(text, ticket, by):
    """The text in the customer's language with its placeholders filled in, looked up only if it has any."""
    language = "zh" if ticket.language.startswith("zh") else "en"
    if not PLACEHOLDER.search(text[language]):
        return text[language]
    values = placeholder_values(ticket, by, language)
    return PLACEHOLDER.sub(lambda match: str(values.get(match[1], "")) or NEUTRAL[language], text[language])


NEUTRAL = {"zh": "（待定）", "en": "(to follow)"}


def placeholder_values(ticket, by, language):
    """What each placeholder stands for on this ticket, as far as it is known."""
    zh = language == "zh"
    customer = ticket.customer.name if ticket.customer_id else ""
    shop = ticket.shop.name_zh if zh else ticket.shop.name_en
    line = ticket.lines.select_related("order_line").first()
    person = by.user
    agent = ((person.name_zh if zh else person.name_en) or person.username) if person else shop
    return {
        "customer_name": customer or ("您" if zh else "customer"),
        "agent_name": agent,
        "shop_name": shop,
        "ticket_no": ticket.number,
        "order_no": ticket.order.number if ticket.order_id else "",
        "product_name": line.order_line.title if line else "",
        "next_update_time": "24小时内" if zh else "within 24 hours",
    }
