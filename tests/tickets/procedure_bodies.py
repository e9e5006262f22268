"""Bodies of one procedure of the pack, changed as a lead would change them."""

import copy

from aftersales.versions.models import State, Version

CODE = "quality_other"


def body_in_force(code=CODE):
    """A copy of the pack's body."""
    return copy.deepcopy(Version.objects.get(kind="sop", code=code, shop_id=None, state=State.PUBLISHED).body)


def renamed(body, english, at=0):
    """The body with another English title on one step."""
    body = copy.deepcopy(body)
    body["steps"][at]["title"]["en"] = english
    return body


def kinds_of(code=CODE):
    """The events of a procedure, oldest first, but for the pack's own."""
    from aftersales.events.models import Event  # noqa: PLC0415 - needs the app registry

    events = Event.objects.filter(stream=f"sop:{code}").exclude(actor_name="load_content")
    return list(events.order_by("seq").values_list("kind", flat=True))
