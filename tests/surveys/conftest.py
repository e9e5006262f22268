"""A resolved request and its survey, reached the way it happens: by actions and by what falls due."""

import pytest

from aftersales.events.actors import Actor


def finish(ticket, leo):
    """Leave out what is left of the procedure, as a lead may, and resolve."""
    from tickets.actions.moves import resolve_ticket  # noqa: PLC0415 - needs the app registry
    from tickets.actions.procedure import skip_step  # noqa: PLC0415
    from tickets.queries.runs import next_step, running_run  # noqa: PLC0415

    by = Actor.staff(leo)
    ticket = type(ticket).objects.get(pk=ticket.pk)
    while next_step(running_run(ticket)) is not None:
        ticket = skip_step(ticket, by=by, reason="not needed here")
        del ticket._run
    return resolve_ticket(ticket, by=by)


@pytest.fixture
def resolved(ticket, leo):
    return finish(ticket, leo)


@pytest.fixture
def scheduled(resolved, drain):
    """The invitation, waiting for its hour."""
    drain()
    return resolved.survey_invitation


@pytest.fixture
def invitation(scheduled, drain, advance_clock):
    """The invitation, an hour and a minute later: sent."""
    advance_clock(minutes=61)
    drain()
    drain()  # the mail, whose kind comes before that of surveys
    scheduled.refresh_from_db()
    return scheduled


@pytest.fixture
def link(invitation):
    from surveys.links import token_of  # noqa: PLC0415 - needs the app registry

    return f"/s/{token_of(invitation)}"


@pytest.fixture
def visitor():
    """A customer's browser: no login, no language chosen."""
    from django.test import Client  # noqa: PLC0415 - needs the settings

    return Client()


@pytest.fixture
def kinds_of():
    """The kinds of a ticket's events, in order, from the first of a given prefix on."""
    from aftersales.events.models import Event  # noqa: PLC0415 - needs the app registry

    def kinds(ticket, prefix="survey."):
        rows = Event.objects.filter(stream=ticket.stream, kind__startswith=prefix).order_by("seq")
        return list(rows.values_list("kind", flat=True))

    return kinds
