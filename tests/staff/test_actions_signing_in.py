"""Ten tries per name and address, and nobody locked out by a stranger."""

import threading

import pytest
from django.db import connection

from staff.actions import forget_tries, take_try
from staff.actions.signing_in import TRIES
from staff.models import SignInTries

pytestmark = pytest.mark.django_db

HERE, THERE = "203.0.113.5", "198.51.100.7"


def use_up(name="ada", address=HERE):
    return [take_try(name, address) for _try in range(TRIES)]


def test_ten_tries_then_a_wait():
    assert use_up() == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert take_try("ada", HERE) is None


def test_a_name_counts_in_any_case_and_others_not():
    use_up()

    assert take_try("ADA", HERE) is None
    assert take_try("amy", HERE) == 9


def test_a_stranger_elsewhere_locks_nobody_out():
    use_up(address=THERE)

    assert take_try("ada", HERE) == 9


def test_an_ipv6_household_is_one_address():
    use_up(address="2001:db8:1:2::1")

    assert take_try("ada", "2001:db8:1:2:ffff::9") is None
    assert take_try("ada", "2001:db8:1:3::1") == 9
    assert take_try("ada", "::ffff:203.0.113.5") == 9
    assert take_try("ada", HERE) == 8


def test_a_quarter_of_an_hour_without_tries_opens_again(advance_clock):
    use_up()
    advance_clock(minutes=14)
    assert take_try("ada", HERE) is None  # and is not counted, or a guesser held the door shut
    advance_clock(minutes=1)

    assert take_try("ada", HERE) == 9


def test_never_more_than_ten_in_any_quarter_of_an_hour(advance_clock):
    taken = []
    for minute in range(90):
        for _try in range(3):
            if take_try("ada", HERE) is not None:
                taken.append(minute)
        advance_clock(minutes=1)

    assert max(sum(start <= at < start + 15 for at in taken) for start in range(90)) == TRIES


def test_the_right_password_forgets():
    use_up()
    forget_tries("ada", HERE)

    assert take_try("ada", HERE) == 9


def test_what_was_typed_is_not_kept_and_old_rows_go(advance_clock):
    take_try("my secret password", HERE)
    assert "secret" not in SignInTries.objects.get().key
    advance_clock(days=2)
    take_try("ada", HERE)

    assert SignInTries.objects.count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_thirty_tries_at_once_are_ten():
    answers, together = [], threading.Barrier(30)

    def one():
        together.wait()
        answers.append(take_try("ada", HERE))
        connection.close()

    threads = [threading.Thread(target=one) for _one in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer for answer in answers if answer is not None) == list(range(TRIES))
