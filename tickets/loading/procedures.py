"""Reads procedures, inspection checklists and questionnaires: what is asked of whom, step by step."""

# Params of a step that name something else in the pack.
NAMES = {
    "fact": "fact",
    "verb": "verb",
    "message": "macro",
    "remind_message": "macro",
    "late_message": "macro",
    "checklist": "checklist",
}


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
            _refer(params.mapping(), contents)


def _refer(params, contents):
    for param, what in NAMES.items():
        if param in params:
            contents.refer(what, params[param])
    for fact in params["show_facts"].items() if "show_facts" in params else ():
        contents.refer("fact", fact)
    arguments = params["args"].mapping() if "args" in params else {}
    if "category" in arguments:
        contents.refer("category", arguments["category"])


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
