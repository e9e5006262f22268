"""Counts failed tries to sign in.

In PostgreSQL and not in Redis: a desk whose Redis is away still lets its people in and still keeps guessers
out, and without PostgreSQL nobody could sign in anyway. The key is the name *and* the address, so that a
stranger who guesses wrong locks out nobody but themselves; unknown names are counted like known ones.
"""

from datetime import timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from aftersales.clock import now
from aftersales.web.addresses import household
from staff.models import SignInTries

TRIES = 10
QUIET = timedelta(minutes=15)
KEPT = timedelta(days=1)
# One statement, so that fifty tries at once are counted one after the other. Tries are forgotten after a
# quarter of an hour without any; a refused one is not counted, or a guesser could hold the door shut.
COUNT = """
INSERT INTO staff_signintries (key, tries, last_at) VALUES (%(key)s, 1, %(now)s)
ON CONFLICT (key) DO UPDATE
   SET tries = CASE WHEN staff_signintries.last_at <= %(quiet)s THEN 1 ELSE staff_signintries.tries + 1 END,
       last_at = excluded.last_at
 WHERE staff_signintries.tries < %(most)s OR staff_signintries.last_at <= %(quiet)s
RETURNING tries
"""


def take_try(username, address):
    """Count one try before the password is looked at; returns how many are left, or None: wait."""
    moment = now()
    values = {"key": key_of(username, address), "now": moment, "quiet": moment - QUIET, "most": TRIES}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        row = cursor.fetchone()
    if row is None:
        return None
    if row[0] == 1:
        SignInTries.objects.filter(last_at__lt=moment - KEPT).delete()
    return TRIES - row[0]


def forget_tries(username, address):
    """The password was right."""
    SignInTries.objects.filter(key=key_of(username, address)).delete()


def key_of(username, address):
    who = f"{username.casefold()}\n{household(address)}"
    return salted_hmac("staff.signing_in", who, algorithm="sha256").hexdigest()
