"""What people of the desk enter: the answer to a step, the fields that a verb's schema asks for."""

# Facts that speak against the customer: a person who finds nothing wrong answers them with a no.
ADVERSE = {"no_reason_excluded", "evidence_reused", "two_repairs_failed", "coupon_threshold_broken"}
SENTENCE = "As agreed with the customer."
# What an inspector finds, by what the customer wants: goods that go back on the shelf, or onto the bench.
FOUND = {
    "return": {"grade": "A", "fault": "no", "disposition": "restock_new"},
    "exchange": {"grade": "B", "fault": "yes", "disposition": "restock_open_box"},
    "repair": {"grade": "C", "fault": "yes", "disposition": "repair"},
}
# Fields that a schema leaves open and that are filled all the same, by verb.
MORE = {
    "inspect": {"finding": "Looked at under good light and tried out."},
    "repair": {"fault": "Does not close.", "warranty": "in"},
    "record_repair": {"status": "repaired", "work_done": "The hinge was replaced."},
    "resolve": {"summary": "Done as agreed."},
    "refund": {"reason": SENTENCE},
}


def answer_for(step, plan):
    """The answer that leads to what the customer wants."""
    params, answers = step["params"], step["answers"]
    if step["kind"] == "check":
        return "fail" if params["fact"] in ADVERSE else "pass"
    if not answers:
        return "SN-0000-0000" if params.get("input") == "serial" else SENTENCE
    return next((wanted for wanted in plan.wanted if wanted in answers), answers[0])


def fill(schema, verb, journey):
    """A body for the verb: all that it requires, and what a person would add."""
    given = {**MORE.get(verb, {}), **(FOUND[journey.plan.name] if verb == "inspect" else {})}
    body = {}
    for name, field in schema["properties"].items():
        if name in given:
            body[name] = given[name]
        elif name in schema["required"]:
            body[name] = value_for(name, field, verb, journey)
    return body


def value_for(name, field, verb, journey):
    if name == "carrier":
        return "royal-mail"
    if name == "waybill":  # one box, one number: on its way to us, or back
        return f"RM-{verb.upper().replace('_', '')[:4]}-{journey.number}-{journey.moves}"
    if field.get("enum"):
        return next(value for value in field["enum"] if value)
    return {"integer": 1, "boolean": True, "array": [], "object": {}}.get(field["type"], SENTENCE)
