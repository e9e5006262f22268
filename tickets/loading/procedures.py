"""Reads procedures, inspection checklists and questionnaires: what is asked of whom, step by step."""

from tickets.content.params import references


def read_procedure(root, contents):
    """One procedure; what its steps name has to be in the pack."""
    entries = root.mapping("id")
    procedure = contents.add_version("sop", entries["id"], root.value)
    contents.applies_to[procedure.code] = procedure.applies_to
    for category in entries["applies_to"].items():
        contents.refer("category", category)
    for step in entries["steps"].items():
        params = step.mapping().get("params")
        if params is not None:
            for what, part in references(params.mapping()):
                contents.refer(what, part)


def read_checklists(root, contents):
    """Inspection checklists; their ids are the classes of product that a pack knows."""
    entries = root.entries(required=("checklists",), optional=("answers", "grades", "rules"))
    for part in entries["checklists"].items():
        contents.add_version("checklist", part.mapping("id")["id"], part.value, prefix=part.place)


def read_surveys(root, contents):
    """Questionnaires."""
    entries = root.entries(
        required=("surveys",), optional=("dimensions", "phone_script", "low_score_playbook", "sampling")
    )
    for part in entries["surveys"].items():
        contents.add_version("survey", part.mapping("id")["id"], part.value, prefix=part.place)
