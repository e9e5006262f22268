"""Who may look at sent mail, and who may try it again. The ground knows roles by name only."""

READERS = {"supervisor", "manager", "auditor", "admin"}
WRITERS = READERS - {"auditor"}


def may_read_mail(actor):
    return actor.kind == "staff" and actor.role in READERS


def may_retry(actor):
    return actor.kind == "staff" and actor.role in WRITERS
