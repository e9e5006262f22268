"""How procedures look in the API."""

from tickets.actions.procedure_drafts import problems_in
from tickets.procedure_words import fact_text, outcome_text
from tickets.queries.procedures import capped, categories_following, history_of


def version_shape(version, body=None):
    shape = {
        "id": version.pk,
        "number": version.number,
        "origin": "shop" if version.shop_id else "pack",
        "author": version.author_name,
        "published_at": version.published_at,
    }
    return shape if body is None else shape | {"body": body}


def listed_shape(standing, counts):
    """One row of the list: without bodies."""
    draft = standing.draft
    return {
        "code": standing.code,
        "title": standing.in_force.title,
        "categories": categories_following(standing.code),
        "published": version_shape(standing.in_force),
        "running": capped(counts.get(standing.code, 0)),
        "draft": draft
        and {"number": draft.number, "changed_at": draft.changed_at, "author": draft.author_name},
    }


def draft_shape(standing):
    """The draft with what keeps it from being published, or nothing where there is none."""
    draft = standing.draft
    if draft is None:
        return {"draft": None}
    problems = problems_in(draft.body, standing.code)
    return {
        "draft": {
            "number": draft.number,
            "revision": draft.revision,
            "based_on": draft.based_on_id,
            "author": draft.author_name,
            "changed_at": draft.changed_at,
            "body": draft.body,
            "problems": [{"pointer": pointer, "detail": sentence} for pointer, sentence in problems],
        }
    }


def standing_shape(standing):
    return {
        "code": standing.code,
        "shop": standing.shop.code,
        "categories": categories_following(standing.code),
        "published": version_shape(standing.in_force, standing.in_force.body),
        "has_newer_pack": standing.has_newer_pack,
        "history": [version_shape(version) for version in history_of(standing.shop, standing.code)],
        **draft_shape(standing),
    }


def change_shape(change, words):
    """One difference, for programs and for people."""
    fields = [
        {
            "pointer": "/" + "/".join(field.path),
            "label": label,
            "old": field.old,
            "new": field.new,
            "old_text": before,
            "new_text": after,
        }
        for field, (label, before, after) in zip(change.fields, words["rows"], strict=True)
    ]
    return {
        "kind": change.kind,
        "step": change.code or None,
        "title": words["title"],
        "moved": change.is_moved,
        "fields": fields,
    }


def tried_shape(tried):
    return {
        "step": tried.step.code,
        "title": tried.step.title,
        "stage": tried.step.stage,
        "outcome": tried.outcome,
        "answer": tried.answer or None,
        "because": tried.because and tried.because[0].code,
        "sentence": outcome_text(tried),
        "fact": fact_text(tried) or None,
    }
