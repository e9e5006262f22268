"""Several leads at one reply at the same moment."""

from functools import partial

import pytest

from aftersales.errors import Stale
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.races.at_once import at_once
from tests.tickets.test_actions_macros import words
from tickets.actions.macros import remove_macro, save_macro
from tickets.models import Macro

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WINDOWS = 6


def test_a_packs_reply_is_copied_once_and_the_copy_removed_once(shop, leo):
    lead, greeting = Actor.staff(leo), Macro.objects.get(code="greet_first")
    copy = partial(save_macro, greeting, by=lead, shop=shop, **words())

    copied = at_once([copy] * WINDOWS)

    own = Macro.objects.get(code="greet_first", shop=shop)
    assert (copied.count(own), sum(isinstance(each, Stale) for each in copied)) == (1, WINDOWS - 1)
    own_rows = [Macro.objects.select_related("shop").get(pk=own.pk) for _n in range(WINDOWS)]
    removed = at_once([partial(remove_macro, each, by=lead) for each in own_rows])
    assert (removed.count(None), sum(isinstance(each, Stale) for each in removed)) == (1, WINDOWS - 1)
    assert Event.objects.filter(kind="macro.remove").count() == 1
