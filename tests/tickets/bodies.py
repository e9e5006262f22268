"""Bodies of versioned content, changed in one place, and the place at which a parser refuses them."""

import copy

import pytest

from aftersales.versions.registry import InvalidContent

WORDS = {"zh": "文字", "en": "Words"}


def changed(body, path, value):
    """The body with one place changed; a value of `...` takes the place away."""
    body = copy.deepcopy(body)
    part = body
    for key in path[:-1]:
        part = part[key]
    if value is ...:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return body


def refused(parse, body):
    with pytest.raises(InvalidContent) as refusal:
        parse(body)
    return refusal.value.field
