"""Reads SLA policies, the calendars they run in, and the eligibility policy."""

DESCRIBING = ("unit", "rules", "legal_deadlines")  # for people who read the file


def read_sla(root, contents):
    """Calendars, then profiles; what they share in the file is written out in each body."""
    entries = root.entries(
        required=("priority_factor", "level_sets", "profiles", "calendars", "date_lists"),
        optional=(*DESCRIBING, "actions"),
    )
    dates = _shared(entries["date_lists"], "date_list", contents)
    for part in entries["calendars"].items():
        _read_calendar(part, dates, contents)
    levels = _shared(entries["level_sets"], "level_set", contents, "levels")
    for part in entries["profiles"].items():
        _read_profile(part, levels, entries["priority_factor"], contents)


def _shared(listing, what, contents, *required):
    """id -> entries of what others take in."""
    found = {}
    for part in listing.items():
        entries = part.mapping("id", *required)
        found[contents.define(what, entries["id"])] = entries
    return found


def _read_calendar(part, dates, contents):
    entries = part.entries(
        required=("id", "name", "time_zone", "weekly"), optional=("holidays", "make_up_days")
    )
    body = {"code": entries["id"].value} | {
        key: entries[key].value for key in ("name", "time_zone", "weekly")
    }
    origins = {"code": entries["id"].place}
    for key in ("holidays", "make_up_days"):
        if key in entries and entries[key].value is not None:
            listed = dates[entries[key].one_of(dates)]
            for taken in {key, "announced_from", "announced_until"} & set(listed):
                body[taken], origins[taken] = listed[taken].value, listed[taken].place
    contents.add_version("calendar", entries["id"], body, prefix=part.place, origins=origins)


def _read_profile(part, levels, factor, contents):
    entries = part.mapping("id", "calendar", "levels")
    contents.refer("calendar", entries["calendar"])
    level_set = levels[entries["levels"].one_of(levels)]
    body = {key: entry.value for key, entry in entries.items() if key != "id"} | {
        "code": entries["id"].value,
        "levels": level_set["levels"].value,
        "priority_factor": factor.value,
    }
    origins = {
        "code": entries["id"].place,
        "levels": level_set["levels"].place,
        "priority_factor": factor.place,
    }
    contents.add_version("sla", entries["id"], body, prefix=part.place, origins=origins)


def read_eligibility(root, contents):
    """One policy; its reasons and classes have to be the pack's."""
    entries = root.mapping("code")
    contents.add_version("eligibility", entries["code"], root.value)
    for clause in (*entries["windows"].items(), *entries["excluded"].items()):
        parts = clause.mapping()
        for group in parts["reason_groups"].items():
            contents.refer("reason_group", group)
        for product_class in parts["classes"].items() if "classes" in parts else ():
            contents.refer("checklist", product_class)
