"""What the desk knows to say, by shop: found by words, and suggested for what a customer wrote.

A shop's answers are compiled once per process and again when one of them changes, which one statement asks
with every look; shops without answers of their own share the pack's.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from tickets.models import Article, Category
from tickets.suggesting import Suggester, examples_of, examples_of_category, plain

MOST_COMPILED = 16  # shops with answers of their own that a process keeps
SHOWN = 0.1  # a guess below this is worth nobody's look
MOST_FOUND = 8
MOST_WORDS = 12  # of a search

_compiled = OrderedDict()  # stamp -> Knowledge
_lock = threading.Lock()


@dataclass(frozen=True)
class Knowledge:
    """The answers of one shop by code, their plain words, and what suggests one or a category."""

    articles: dict
    haystacks: dict
    answers: Suggester
    categories: Suggester
    named: dict  # the categories by code

    def suggest(self, text, most=3):
        """[(article, guess)] for what a customer wrote."""
        guesses = self.answers.rank(text, most)
        return [(self.articles[guess.label], guess) for guess in guesses if guess.confidence >= SHOWN]

    def suggest_category(self, text, without=frozenset()):
        """The guess of a category's code, none of those `without`; or None."""
        return next(iter(self.categories.rank(text, 1, without)), None)

    def find(self, words, most=MOST_FOUND):
        """Answers that have all of these words, the likeliest first; then those that are about them."""
        wanted = plain(words).split()[:MOST_WORDS]
        if not wanted:
            return []
        likely = [guess.label for guess in self.answers.rank(words, most)]
        having = [code for code, text in self.haystacks.items() if all(word in text for word in wanted)]
        having.sort(key=lambda code: likely.index(code) if code in likely else len(likely))
        found = dict.fromkeys([*having, *likely])
        return [self.articles[code] for code in list(found)[:most]]


def knowledge_of(shop_id):
    """The knowledge of a shop; of none, the pack's alone.

    It is compiled outside the lock: two threads may do it at once, but nobody waits for another shop's.
    """
    stamp = stamp_of(shop_id)
    with _lock:
        known = _compiled.get(stamp)
    known = known or compile_for(shop_id)
    with _lock:
        _compiled[stamp] = known
        _compiled.move_to_end(stamp)
        while len(_compiled) > MOST_COMPILED:
            _compiled.popitem(last=False)
    return known


def stamp_of(shop_id):
    """What changes whenever an answer of this shop does."""
    own = Q(shop_id=shop_id) if shop_id else Q(pk=None)
    newest = Article.objects.filter(Q(shop_id=None) | own).aggregate(
        packs=Max("updated_at", filter=Q(shop_id=None)),
        own=Max("updated_at", filter=own),
        owned=Count("pk", filter=own),
    )
    return (newest["packs"], newest["own"], newest["owned"], shop_id if newest["owned"] else None)


def compile_for(shop_id):
    rows = Article.objects.for_shop(shop_id).active().select_related("category").order_by("position", "id")
    articles = {row.code: row for row in rows}
    examples, of_categories = [], []
    for code, row in articles.items():
        examples += examples_of(code, row.questions, row.answer, row.category.keywords)
        of_categories += examples_of(row.category.code, row.questions, row.answer)
    named = {row.code: row for row in Category.objects.filter(is_active=True).exclude(parent=None)}
    for row in named.values():
        of_categories += examples_of_category(row.code, row.name, row.description, row.keywords)
    return Knowledge(
        articles,
        {code: haystack(row) for code, row in articles.items()},
        Suggester(examples),
        Suggester(of_categories),
        named,
    )


def haystack(article):
    """All words of an article, as a search compares them."""
    asked = [text for side in article.questions.values() for text in side]
    names = (*article.category.name.values(), article.code)
    return "\n".join(plain(text, None) for text in (*asked, *article.answer.values(), *names))
