"""The tables, whole: every verb of every child machine in every state, and nothing else moves one."""

import pytest

from aftersales.clock import now
from aftersales.errors import NotPossible
from aftersales.events.actors import Actor
from aftersales.events.log import KINDS
from returns.models import Exchange, Parcel, Refund, Repair, Resolution
from returns.workflow import (
    EXCHANGE_WORKFLOW,
    PARCEL_WORKFLOW,
    REFUND_WORKFLOW,
    REPAIR_WORKFLOW,
    RESOLUTION_WORKFLOW,
    WORKFLOWS,
)

CASES = [(workflow, verb) for workflow in WORKFLOWS for verb in workflow.transitions]
# What a table lets anybody do, because another table has said who may.
SYSTEM = Actor.system("test")


def make(workflow, ticket):
    """One row of the kind, on a request."""
    moment = now()
    if workflow is PARCEL_WORKFLOW:
        return Parcel.objects.create(
            shop=ticket.shop,
            ticket=ticket,
            direction="in",
            label_code="RPTEST",
            created_at=moment,
            received_at=moment,
        )
    resolution = Resolution.objects.create(ticket=ticket, kind="refund", created_at=moment, done_at=moment)
    if workflow is RESOLUTION_WORKFLOW:
        return resolution
    if workflow is REFUND_WORKFLOW:
        return Refund.objects.create(
            resolution=resolution, ticket=ticket, shop=ticket.shop, amount_minor=1, currency="CNY",
            created_at=moment, settled_at=moment,
        )  # fmt: skip
    if workflow is EXCHANGE_WORKFLOW:
        return Exchange.objects.create(resolution=resolution, sku="MUG", new_order_ref="O-2")
    return Repair.objects.create(resolution=resolution)


def put_into(workflow, thing, state, verb):
    """The only place that sets a state by hand: to test the table in every one of them."""
    thing.state = state
    if verb == "accept":
        thing.needs_consent = True
    if verb == "match":
        thing.ticket = None
    thing.save()
    return thing


@pytest.mark.parametrize(("workflow", "verb"), CASES, ids=lambda part: getattr(part, "subject", part))
def test_only_the_tables_move_a_thing(workflow, verb, ticket, ada, finn):
    transition = workflow.transitions[verb]
    thing = make(workflow, ticket)
    for state in workflow.names:
        put_into(workflow, thing, state, verb)
        actors = (SYSTEM, Actor.staff(ada), Actor.staff(finn))
        actor = next(actor for actor in actors if transition.allowed(actor, thing))

        if state in transition.sources:
            event = workflow.take(verb, thing, by=actor)
            assert type(thing).objects.get(pk=thing.pk).state == (transition.target or state)
            assert event.kind == f"{workflow.subject}.{verb}"
        else:
            with pytest.raises(NotPossible):
                workflow.take(verb, thing, by=actor)
            assert type(thing).objects.get(pk=thing.pk).state == state


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.subject)
def test_every_verb_has_its_sentence_and_every_state_its_name(workflow):
    for verb, transition in workflow.transitions.items():
        assert f"{workflow.subject}.{verb}" in KINDS
        assert set(transition.sources) <= set(workflow.names)
        assert transition.target is None or transition.target in workflow.names


@pytest.mark.parametrize("workflow", [EXCHANGE_WORKFLOW, REPAIR_WORKFLOW, REFUND_WORKFLOW, PARCEL_WORKFLOW])
def test_no_stranger_takes_a_step_that_asks_who(workflow, ticket, bob, audrey):
    thing = make(workflow, ticket)
    for transition in workflow.transitions.values():
        if transition.allowed.__name__ == "anyone":
            continue
        assert not transition.allowed(Actor.staff(audrey), thing)
        assert not transition.allowed(Actor(kind="shop", name="other", shop_id=ticket.shop_id + 1), thing)
        assert not transition.allowed(Actor(kind="customer", name="other", id=-1), thing)
