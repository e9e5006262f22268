"""The versioned content of tickets: procedures, SLA policies and eligibility policies."""

from tickets.content.eligibility import EligibilityPolicy, Exclusion, Window
from tickets.content.params import KINDS, ROLES, WAITS_FOR, Limits
from tickets.content.procedures import STAGES, Procedure, Step
from tickets.content.sla import TARGETS, Level, SlaPolicy

__all__ = [
    "KINDS",
    "ROLES",
    "STAGES",
    "TARGETS",
    "WAITS_FOR",
    "EligibilityPolicy",
    "Exclusion",
    "Level",
    "Limits",
    "Procedure",
    "SlaPolicy",
    "Step",
    "Window",
]
