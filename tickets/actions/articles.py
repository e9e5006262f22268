"""Answers to frequent questions, changed by a shop: added, edited, retired, taken up again.

The pack's own rows are never changed here: what a shop does to one of them is kept in a row of the shop's.
"""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotAllowed, NotPossible, Stale
from aftersales.events.log import record_event
from staff.models import Shop
from tickets.content.articles import check_article
from tickets.models import Article
from tickets.policies import may_edit_articles

MOST_OWN = 1000  # answers of one shop: all of them are compiled in every process
LAST = 1_000_000  # behind all of the pack's


@transaction.atomic
def add_article(shop, *, by, category, questions, answer):
    """A new answer of this shop."""
    lock_answers(shop, by)
    check_article(questions, answer)
    if Article.objects.filter(shop_id=shop.pk)[:MOST_OWN].count() >= MOST_OWN:
        raise NotPossible(_("A shop has at most %(most)d answers of its own.") % {"most": MOST_OWN})
    article = Article(shop_id=shop.pk, code=f"own_{secrets.token_hex(6)}", category=category, position=LAST)
    article.questions, article.answer = questions, answer
    return keep(article, "article.add", by)


@transaction.atomic
def change_article(article, *, by, shop, version, category, questions, answer):
    """Edit an answer for this shop, if nobody else did since the caller read `version`."""
    own = own_row(article, shop, by, version)
    check_article(questions, answer)
    if own.pk and (own.category_id, own.questions, own.answer) == (category.pk, questions, answer):
        return own
    own.category, own.questions, own.answer = category, questions, answer
    return keep(own, "article.change", by)


@transaction.atomic
def retire_article(article, *, by, shop):
    """Suggest it no more and find it no more; it can be taken up again."""
    return switch(own_row(article, shop, by), False, "article.retire", by)


@transaction.atomic
def restore_article(article, *, by, shop):
    return switch(own_row(article, shop, by), True, "article.restore", by)


def switch(own, is_active, kind, by):
    if own.is_active == is_active:
        return own
    own.is_active = is_active
    return keep(own, kind, by)


def lock_answers(shop, by):
    """One at a time per shop, so that two who edit one of the pack's answers do not both make a row."""
    if not may_edit_articles(by, shop):
        raise NotAllowed(_("Only a lead of the shop changes its answers."))
    Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)


def own_row(article, shop, by, version=None):
    """The shop's row for this answer: the one it has, or an unsaved one made of the pack's."""
    lock_answers(shop, by)
    standing = Article.objects.for_shop(shop.pk).filter(code=article.code).first()
    if standing is None:
        raise NotPossible(_("This shop has no such answer."))
    if version is not None and standing.version != version:
        raise Stale(_("This answer was changed while you were at it."))
    if standing.shop_id is None:
        standing.pk, standing.shop_id, standing._state.adding = None, shop.pk, True
    return standing


def keep(article, kind, by):
    """Write the row and tell of it; every process sees it with its next look."""
    article.version += 1
    article.updated_at, article.author_name = now(), by.name
    article.save()
    title = article.title
    record_event(
        article, kind, by=by, data={"name_zh": title["zh"], "name_en": title["en"], "code": article.code}
    )
    return article
