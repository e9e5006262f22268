"""The answers beside the composer: what the customer's words suggest and why, and what a search finds."""

from django.utils.translation import gettext as _

from aftersales.errors import Invalid
from aftersales.languages import side_of
from tickets.queries.catalogue import of_other_goods
from tickets.queries.knowledge import knowledge_of
from tickets.queries.page import open_question
from tickets.queries.placeholders import filled

MOST_SOUGHT = 120  # characters of a search
LIKELY = 0.5  # from here on another category than the request's is worth a word


def answers(ticket, params, kinds):
    """Part of the composer's context; nothing for whoever may not speak to the customer."""
    if not {"reply", "ask"} & set(kinds):
        return {"answers": None}
    known, question = knowledge_of(ticket.shop_id), open_question(ticket)
    sought = params.get("sought", "").strip()[:MOST_SOUGHT]
    side = side_of(ticket.language)
    if sought:
        rows = [row(article, side) for article in known.find(sought)]
    else:
        rows = [row(article, side, guess) for article, guess in known.suggest(question)]
    return {"answers": {"rows": rows, "sought": sought, "category": other_category(ticket, known, question)}}


def row(article, side, guess=None):
    """An answer as it would go out, with what suggested it."""
    return {"article": article, "text": article.answer[side], "guess": guess}


def answer_text(ticket, actor, code):
    """One answer in the customer's language, filled in for this request; its gaps are the writer's."""
    article = knowledge_of(ticket.shop_id).articles.get(code)
    if article is None:
        raise Invalid(_("There is no answer “%(code)s”.") % {"code": code}, field="answer")
    side = side_of(ticket.language)
    return filled(article.answer[side], ticket, actor, side)


def other_category(ticket, known, question):
    """The category that the customer's words point to, where it is not the request's; with those words."""
    classes = {line.order_line.product_class for line in ticket.lines.all()}
    guess = known.suggest_category(question, without=of_other_goods(classes))
    if guess is None or guess.confidence < LIKELY or guess.label == ticket.category.code:
        return None
    category = known.named.get(guess.label)
    return {"category": category, "words": guess.words} if category else None
