"""Every refusal a person can meet. Pages and the API turn these into messages."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """The request was understood and turned down; the text is safe to show.

    `code` is stable and machine-readable; `extra` holds facts a client may use (what is left to claim).
    """

    code = "refused"

    def __init__(self, sentence, *, code=None, **extra):
        super().__init__(sentence)
        if code:
            self.code = code
        self.extra = extra


class NotAllowed(Refused):
    """This actor may not do this."""

    code = "not_allowed"


class NotPossible(Refused):
    """Nobody can do this while things stand as they do."""

    code = "not_possible"


class Invalid(Refused):
    """A value that is wrong. `field` is a JSON pointer or a form field's name."""

    code = "invalid"

    def __init__(self, sentence, *, field="", code=None, **extra):
        super().__init__(sentence, code=code, **extra)
        self.field = field


class Stale(Refused):
    """The caller acted on an older version than the one that stands."""

    code = "stale_version"


class BadRequest(Refused):
    """What cannot be parsed, or a name that is not known: 400."""

    code = "malformed"

    def __init__(self, sentence, *, code=None, errors=(), **extra):
        super().__init__(sentence, code=code, **extra)
        self.errors = list(errors)


class TooLarge(BadRequest):
    """A body over the limit: 413."""

    code = "too_large"


class InvalidFields(Refused):
    """Several values that are wrong, each with its JSON pointer: 422."""

    code = "invalid"

    def __init__(self, errors):
        super().__init__(errors[0]["detail"] if len(errors) == 1 else _("Some values are not valid."))
        self.errors = errors


class InProgress(Refused):
    """The same request is being worked on at this moment: 409 with Retry-After."""

    code = "idempotency_in_progress"
