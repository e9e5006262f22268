"""Canned replies as one ticket knows them: which there are, found by words, and filled in."""

from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils.translation import gettext as _

from aftersales.errors import Invalid
from aftersales.languages import side_of
from tickets.models import Macro
from tickets.queries.placeholders import filled, gaps_in, in_words, neutral

MOST = 400  # a person finds nothing in more


@dataclass(frozen=True)
class Prepared:
    """A reply filled in for one ticket, and what of it only a person can fill in."""

    macro: Macro
    text: str
    gaps: list


def own_first(macros):
    """Of the same code: a shop's own stands in the place of everybody's."""
    found = {}
    for macro in macros:
        key = (macro.code, macro.owner_id)
        if key not in found or macro.shop_id:
            found[key] = macro
    return list(found.values())


def macros_for(ticket, actor, words=""):
    """What this person may choose from on this ticket; with words, those that hold them all."""
    return [macro for macro in replies_of(actor, ticket.shop_id, words) if macro.is_active]


def replies_of(actor, shop, words=""):
    """All that this person sees of a shop's replies, with those that are not offered."""
    here = Macro.objects.visible_to(actor).filter(Q(shop=None) | Q(shop=shop))
    rows = own_first(here.order_by("position", "id")[:MOST])
    wanted = words.casefold().split()[:8]
    return [macro for macro in rows if all(word in text_of(macro) for word in wanted)]


def titles_for(ticket, actor):
    """(code, title) of all that this person may choose from here: what a list shows, without the words."""
    here = Macro.objects.visible_to(actor).filter(Q(shop=None) | Q(shop=ticket.shop_id))
    columns = ("code", "title", "shop_id", "owner_id", "is_active")
    rows = own_first(here.order_by("position", "id").values_list(*columns, named=True)[:MOST])
    return [(row.code, row.title) for row in rows if row.is_active]


def text_of(macro):
    return "\n".join((*macro.title.values(), *macro.body.values(), macro.code)).casefold()


def macro_of(code, ticket):
    """A shared reply by its code, as this ticket's shop words it; one without words is no reply to prepare."""
    read = ticket.__dict__.setdefault("_macros", {})  # a page asks for its step's reply more than once
    if code not in read:
        read[code] = shared_reply(code, ticket.shop_id)
    return read[code]


def shared_reply(code, shop):
    found = Macro.objects.filter(code=code, owner=None).filter(Q(shop=None) | Q(shop=shop))
    by_shop = {macro.shop_id: macro for macro in found}
    own, packs = by_shop.get(shop), by_shop.get(None)
    if own is None and packs is None:
        raise Invalid(_("There is no canned reply “%(code)s”.") % {"code": code}, field="macro")
    return own if own and (packs is None or all(own.body.values())) else packs


def prepared(macro, ticket, by):
    """The reply in the customer's language, with its gaps left open."""
    side = side_of(ticket.language)
    text = filled(macro.body[side], ticket, by, side)
    return Prepared(macro, text, gaps_in(text))


def prepared_text(code, ticket, by):
    """The reply as a person finds it: what is not known yet stands in curly brackets, to be filled in."""
    return prepared(macro_of(code, ticket), ticket, by).text


def foreseen(code, ticket, by):
    """The reply as it will be sent once the step is done: what the step itself brings stands there by its name."""
    found = prepared(macro_of(code, ticket), ticket, by)
    return replace(found, text=in_words(found.text, side_of(ticket.language)))


def macro_text(code, ticket, by):
    """The reply as the desk sends it by itself: what is not known yet becomes a neutral word."""
    side = side_of(ticket.language)
    return neutral(prepared(macro_of(code, ticket), ticket, by).text, side)
