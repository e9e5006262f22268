"""Reads for the settings, each through the one gate: what one's own teams serve."""

from django.db.models import Exists, F, OuterRef, Prefetch, Q

from aftersales.events.models import Event
from aftersales.events.telling import names_of, tell
from aftersales.languages import side_of
from aftersales.versions.models import State, Version
from staff.models import ApiKey, Membership, Setting, Shop, Team, User

RECENT = 8


def shops_of(actor):
    return Shop.objects.filter(pk__in=actor.user.shop_ids()).order_by("code")


def teams_of(actor):
    """Teams that serve a shop of one's own, with the shops and people of theirs that one may see."""
    shop_ids = actor.user.shop_ids()
    serving = Team.shops.through.objects.filter(team=OuterRef("pk"), shop__in=shop_ids)
    people = Membership.objects.select_related("user").order_by("-is_lead", "user__username")
    return (
        Team.objects.filter(Exists(serving))
        .order_by("code")
        .prefetch_related("shops", Prefetch("memberships", people))
    )


def people_of(actor, words=""):
    """Who serves a shop of one's own, active or not, with those of their teams that one may see."""
    shop_ids = actor.user.shop_ids()
    seen = Membership.objects.filter(user=OuterRef("pk"), team__shops__in=shop_ids)
    shown = (
        Membership.objects.filter(team__in=Team.objects.filter(shops__in=shop_ids))
        .select_related("team")
        .order_by("team__code")
    )
    people = User.objects.filter(Exists(seen)).prefetch_related(
        Prefetch("memberships", shown, to_attr="shown_memberships")
    )
    if words:
        named = Q(username__icontains=words) | Q(name_en__icontains=words) | Q(name_zh__icontains=words)
        people = people.filter(named)
    return people


def shop_keys_of(actor):
    return live_first(
        ApiKey.objects.filter(shop__in=actor.user.shop_ids()).select_related("shop", "replaces")
    )


def own_keys_of(actor):
    return live_first(ApiKey.objects.filter(user_id=actor.id))


def live_first(keys):
    return keys.order_by(F("revoked_at").asc(nulls_first=True), "-id")


def calendars_for(shop_id=None):
    """[(code, name in the reader's language)] of the calendars in force; a shop's own one wins."""
    rows = Version.objects.filter(kind="calendar", state=State.PUBLISHED).filter(
        Q(shop_id=None) | Q(shop_id=shop_id)
    )
    language = side_of()
    names = {
        row["code"]: row["body__name"][language]
        for row in rows.order_by("-shop_id").values("code", "body__name")
    }
    return sorted(names.items(), key=lambda pair: pair[1])


def recent_events(stream):
    """What was last done to this shop, person or team, as `tell` tells it."""
    return tell(Event.objects.filter(stream=stream).order_by("-seq")[:RECENT])


def last_change(stream, kind):
    told = tell(Event.objects.filter(stream=stream, kind=kind).order_by("-seq")[:1])
    return told[0] if told else None


def called(ids):
    """{id of a person: their names in both languages}, in one query."""
    return {
        person.pk: names_of(person) for person in User.objects.filter(pk__in=ids).only("name_en", "name_zh")
    }


def is_set_up():
    """Whether somebody's own shop is here; the demo does not count."""
    settled = Setting.objects.filter(pk=1, is_set_up=True).exists()
    return settled or Shop.objects.filter(is_demo=False).exists()


def has_demo():
    return Shop.objects.filter(is_demo=True, is_active=True).exists()
