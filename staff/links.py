"""The link by which a person chooses a password: for new people, and after a reset.

It needs no table: the token is a keyed hash over the account's present password, so it opens once, and every
link given out before ends with it.
"""

from datetime import UTC

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from aftersales.clock import now
from aftersales.web.addresses import absolute
from staff.models import User


class PasswordToken(PasswordResetTokenGenerator):
    key_salt = "staff.links.PasswordToken"  # good for this and nothing else

    def _make_hash_value(self, user, timestamp):
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}"

    def _now(self):
        return now().astimezone(UTC).replace(tzinfo=None)


TOKENS = PasswordToken()


def password_link(person):
    """To be shown once, to whoever passes it on."""
    return absolute("choose_password", person.pk, TOKENS.make_token(person))


def person_by(pk, token):
    """Who may choose a password by this link, or None."""
    person = User.objects.filter(pk=pk, is_active=True).first()
    return person if person is not None and TOKENS.check_token(person, token) else None
