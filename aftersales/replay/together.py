"""Several at once: threads that end with the program, so that Ctrl-C ends a replay at once."""

import threading


def together(work, parts):
    """What `work` makes of each part, in order; the first thing that goes wrong is raised."""
    made, wrong = [None] * len(parts), []

    def run(number):
        try:
            made[number] = work(parts[number])
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(parts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    return made
