"""Many callers at the same moment, each with a database connection of its own."""

import threading

from django.db import connection

CALLERS = 25  # at a time: the suite's server allows sixty sessions, and two workers may test at once


def at_once(calls, callers=CALLERS):
    """What each call returned or raised, in order; all callers start together and share the calls out."""
    outcomes = [None] * len(calls)
    start = threading.Barrier(min(callers, len(calls)))

    def work(first):
        try:
            start.wait(30)
            for position in range(first, len(calls), callers):
                outcomes[position] = outcome_of(calls[position])
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(min(callers, len(calls)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def outcome_of(call):
    try:
        return call()
    except Exception as error:
        return error


def patiently(ask):
    """Ask again while the desk is busy, as a client should: in one process all callers share its time."""
    while (answer := ask()).status_code == 503:
        assert answer["Retry-After"] == "1"
    return answer
