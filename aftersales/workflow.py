"""A workflow is a table of transitions. This module reads the table; it knows no app."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.log import record_event


@dataclass(frozen=True)
class Transition:
    """One line of a table: verb, states it may leave, state it reaches (None: stays), who, what blocks it."""

    name: str
    sources: tuple
    target: str | None
    allowed: Callable  # (actor, instance) -> bool
    blocked_by: tuple[Callable, ...] = ()  # (instance) -> reason, or "" when clear


def not_for_your_role(verb):
    """The refusal of what somebody else may do, by what people call it."""
    return NotAllowed(_("Your role may not do “%(verb)s” here.") % {"verb": verb})


class Workflow:
    """The life of one kind of thing. `field` holds its state; `take` is the only code that writes it."""

    def __init__(self, subject, *transitions, thing="", verb_name, field="status", columns=None, names=None):
        """For people: what the `thing` is called, each verb (a function of its code) and the states (`names`).

        `columns` are what `field` is kept in, when it is a property.
        """
        self.subject, self.field = subject, field
        self.thing, self.verb_name = thing or subject, verb_name
        self.columns = columns or (field,)
        self.names = names or {}
        self.transitions = {t.name: t for t in transitions}
        if len(self.transitions) != len(transitions):
            raise ValueError(f"{subject}: two transitions share a name")

    def available(self, instance, actor):
        """The transitions this actor could take now: what the page offers as buttons."""
        return [t for t in self.transitions.values() if not self.refusal(t, instance, actor)]

    def refusal(self, transition, instance, actor):
        """The first reason against, as an exception that is not raised, or None."""
        state = getattr(instance, self.field)
        if state not in transition.sources:
            return NotPossible(
                _("“%(verb)s” is not possible: this %(subject)s is %(state)s.")
                % {
                    "verb": self.verb_name(transition.name),
                    "subject": _(self.thing),
                    "state": self.named(state, instance),
                }
            )
        if not transition.allowed(actor, instance):
            return not_for_your_role(self.verb_name(transition.name))
        for reason in transition.blocked_by:
            if sentence := reason(instance):
                return NotPossible(sentence)
        return None

    def named(self, state, instance):
        """The state in words; where they depend on the thing itself, a function says them."""
        words = self.names.get(state, state)
        return words(instance) if callable(words) else words

    def check(self, name, instance, *, by):
        """Raise the refusal, if there is one, before anything else is written."""
        if error := self.refusal(self.transitions[name], instance, by):
            raise error

    @transaction.atomic
    def take(self, name, instance, *, by, data=None, text="", cause=None, **changes):
        """Check, move, save `changes` and record one event; the caller holds the row's lock.

        Returns the event; `instance` is the fresh row.
        """
        self.check(name, instance, by=by)
        transition = self.transitions[name]
        before = getattr(instance, self.field)
        after = transition.target if transition.target is not None else before
        for field, value in {self.field: after, **changes}.items():
            setattr(instance, field, value)
        instance.save(update_fields=[*self.columns, *changes, *self.bump(instance)])
        moved = {"from": before, "to": after} if before != after else {}
        return record_event(
            instance, f"{self.subject}.{name}", by=by, data={**moved, **(data or {})}, text=text, cause=cause
        )

    @staticmethod
    def bump(instance):
        """Count the version up where the thing has one, so that an older copy can no longer write."""
        if not hasattr(instance, "bump"):
            return []
        return instance.bump()
