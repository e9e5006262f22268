"""The versioned content of tickets: procedures, SLA policies and eligibility policies."""

from tickets.content.eligibility import EligibilityPolicy, Exclusion, Window
from tickets.content.procedures import KINDS, ROLES, STAGES, WAITS_FOR, Limits, Procedure, Step
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
