"""Canned replies that people write: a shop's, which its leads edit, and one's own.

A pack's reply is never edited: whoever changes it writes the shop's own of the same code, which stands in
its place there, and which no newer pack touches. Taken away, the pack's is back.
"""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.errors import Invalid, NotAllowed, NotPossible, Stale
from aftersales.events.log import record_event
from aftersales.versions.models import Origin
from staff.models import Shop, User
from tickets.models import Macro, WaitingOn
from tickets.policies import is_lead, is_staff
from tickets.queries.catalogue import categories
from tickets.queries.placeholders import WRITTEN, check_placeholders
from tickets.registry import verb_named

# Together with a pack's they are not more than one list shows.
MOST_OF_A_SHOP, MOST_OF_A_PERSON = 150, 100
MAX_TITLE, MAX_BODY, MAX_DOES = 100, 4000, 5
# What a reply may do besides its words, with the field it needs: whole acts of the desk itself, which every
# ticket knows. Parcels and money are each a person's own decision.
DEEDS = {
    "take": "",
    "assign": "to",
    "note": "body",
    "hold": "reason",
    "release": "",
    "escalate": "reason",
    "recategorise": "category",
    "resolve": "summary",
    "close": "",
    "reopen": "reason",
    "cancel": "reason",
}
MAY_BE_EMPTY = ("to", "summary")


@transaction.atomic
def save_macro(macro, *, by, shop=None, version=None, **fields):
    """Write a reply anew (macro None) or over: one's own without a shop, else the shop's for all."""
    check_place(macro, shop, by)
    check_words(fields["title"], fields["body"], fields["does"])
    check_deeds(fields["does"])
    macro = copy_for(shop, macro, by) if macro is None or is_of_pack(macro) else held(macro, version)
    if macro.pk is None and shop is None:
        macro.owner = by.user
    for name, value in {**fields, "origin": Origin.SHOP}.items():
        setattr(macro, name, value)
    macro.save()
    record_event(macro, "macro.save", by=by, data={"code": macro.code, **titles(macro)})
    return macro


@transaction.atomic
def remove_macro(macro, *, by):
    """Take a shop's or one's own away; where a pack's was written over, that is back."""
    if is_of_pack(macro):
        raise NotAllowed(_("This reply came with the content pack. Switch it off for your shop instead."))
    check_place(macro, macro.shop, by)
    macro = locked(macro)
    record_event(macro, "macro.remove", by=by, data={"code": macro.code, **titles(macro)})
    macro.delete()


def is_of_pack(macro):
    return macro.origin == Origin.PACK


def titles(macro):
    return {f"title_{side}": words for side, words in macro.title.items()}


def check_place(macro, shop, by):
    """Shared replies are the leads'; one's own are one's own."""
    if shop is not None:
        if not is_lead(by, None) or shop.pk not in by.user.shop_ids():
            raise NotAllowed(_("A shop's replies are edited by those who lead it."))
    elif not is_staff(by, None) or (macro is not None and macro.owner_id != by.id):
        raise NotAllowed(_("This reply is not yours to edit."))


def copy_for(shop, macro, by):
    """A new row: of the pack's reply for this shop, or of nothing yet."""
    theirs = room_for_one(shop, by)
    if macro is None:
        return Macro(code=f"own-{secrets.token_hex(5)}", shop=shop, position=1000)
    if theirs.filter(code=macro.code).exists():
        raise Stale(_("Somebody has written your shop's own of this reply meanwhile. Load the page again."))
    return Macro(code=macro.code, shop=shop, position=macro.position)


def room_for_one(shop, by):
    """The replies of this place, where one more may be added: one at a time, under the lock of whose they are."""
    if shop is None:
        User.objects.select_for_update(no_key=True).get(pk=by.id)
        theirs, most = Macro.objects.filter(owner=by.id), MOST_OF_A_PERSON
    else:
        Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)
        theirs, most = Macro.objects.filter(shop=shop), MOST_OF_A_SHOP
    if theirs[:most].count() >= most:
        told = _("There is room for %(most)s replies here. Remove one that nobody needs, then save this one.")
        raise NotPossible(told % {"most": most})
    return theirs


def held(macro, version):
    """The row under its lock, if it is still the one that was read."""
    fresh = locked(macro)
    if version is not None and fresh.version != version:
        raise Stale(
            _("This reply was changed since you opened it. Your words are kept; save again if they fit.")
        )
    fresh.version += 1
    return fresh


def locked(macro):
    fresh = Macro.objects.select_for_update(of=("self",)).filter(pk=macro.pk).first()
    if fresh is None:
        raise Stale(_("This reply was removed meanwhile."))
    return fresh


def check_words(title, body, does):
    """Both languages, alike in what they leave to fill in, and every placeholder on the list."""
    for side in ("zh", "en"):
        if not title[side].strip():
            raise Invalid(_("Give the title in both languages."), field=f"title_{side}")
        if len(title[side]) > MAX_TITLE or len(body[side]) > MAX_BODY:
            told = _("A title has at most %(title)s characters, a reply %(body)s.")
            raise Invalid(told % {"title": MAX_TITLE, "body": MAX_BODY}, field=f"body_{side}")
        if not body[side].strip() and (body["zh"].strip() or body["en"].strip() or not does):
            raise Invalid(_("Give the words in both languages."), field=f"body_{side}")
        unknown = _("There is no placeholder “%(name)s”. Choose one of the list beside the form.")
        check_placeholders(body[side], field=f"body_{side}", refusal=unknown)
    used = {side: set(WRITTEN.findall(body[side])) for side in ("zh", "en")}
    if differ := used["zh"] ^ used["en"]:
        raise Invalid(
            _("Both languages need the same placeholders; these differ: %(names)s.")
            % {"names": ", ".join(sorted(differ))},
            field="body_en",
        )


def check_deeds(does):
    """Known verbs, each with the one field that it needs; whether it may be done is asked when it is done."""
    if len(does) > MAX_DOES:
        raise Invalid(_("A reply does at most %(max)s things.") % {"max": MAX_DOES}, field="does")
    for step in does:
        name = step.get("verb", "")
        if name not in DEEDS:
            raise Invalid(_("A reply cannot do “%(verb)s”.") % {"verb": name}, field="does")
        check_deed(name, step.get("with", {}))


def check_deed(name, given):
    label, field = verb_named(name).label, DEEDS[name]
    known = {field, "waiting_on"} if name == "hold" else {field} if field else set()
    if not isinstance(given, dict) or set(given) - known:
        raise Invalid(_("“%(verb)s” does not know such a field.") % {"verb": label}, field="does")
    value = given.get(field, "") if field else ""
    if not isinstance(value, str) or len(value) > MAX_BODY:
        raise Invalid(_("“%(verb)s” needs words.") % {"verb": label}, field="does")
    if field and field not in MAY_BE_EMPTY and not value.strip():
        raise Invalid(_("“%(verb)s” needs words.") % {"verb": label}, field="does")
    if field == "category" and value not in categories():
        raise Invalid(_("There is no category “%(name)s”.") % {"name": value}, field="does")
    if given.get("waiting_on", WaitingOn.CUSTOMER) not in WaitingOn.values:
        raise Invalid(_("“%(verb)s” needs to know whom to wait for.") % {"verb": label}, field="does")
