"""Files and their rows keep together: a file whose row never came to be, or is gone, is swept away.

Storage knows no transaction. So a slip of paper is laid beside each file before it is written or taken
away, and picked up once the row's own fate is sealed; what a rollback or a kill leaves behind is found by
its slip. The sweep reads the few slips that lie about, never all files.
"""

from datetime import timedelta
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from aftersales.clock import now
from tickets.models import Attachment

SLIPS = "attachments/slips"
OLD = timedelta(hours=1)  # no upload takes longer, so the row of an older slip is there or never will be


def store(attachment, content):
    """Write the file of a row that is about to be committed."""
    lay_slip(attachment)
    default_storage.save(attachment.path, ContentFile(content))
    transaction.on_commit(lambda: pick_up(attachment.uid), robust=True)


def forget_files(attachments):
    """Take rows away, and their files once that is certain."""
    for attachment in attachments:
        lay_slip(attachment)
        path, uid = attachment.path, attachment.uid
        attachment.delete()
        transaction.on_commit(lambda path=path, uid=uid: clear(path, uid), robust=True)


def lay_slip(attachment):
    if not default_storage.exists(slip_of(attachment.uid)):
        default_storage.save(slip_of(attachment.uid), ContentFile(b""))


def pick_up(uid):
    default_storage.delete(slip_of(uid))


def clear(path, uid):
    default_storage.delete(path)
    pick_up(uid)


def slip_of(uid):
    return f"{SLIPS}/{uid.hex}"


def sweep_files():
    """Settle every old slip: its file stays if the row is there, else it goes; returns how many went."""
    try:
        _folders, names = default_storage.listdir(SLIPS)
    except FileNotFoundError:
        return 0
    before = now() - OLD
    old = [name for name in names if default_storage.get_modified_time(f"{SLIPS}/{name}") < before]
    here = set(Attachment.objects.filter(uid__in=old).values_list("uid", flat=True))
    gone = [uid for uid in map(UUID, old) if uid not in here]
    for uid in here:
        pick_up(uid)
    for uid in gone:
        clear(Attachment(uid=uid).path, uid)
    return len(gone)


class FileSweep:
    """Looks once an hour in each worker; between looks a drain costs nothing."""

    name, queue = "file-sweep", "mail"

    def __init__(self, clock):
        self._clock = clock
        self._next_look = clock()

    def is_late(self, grace):
        """Never in a hurry: a file without a row is shown to nobody."""
        return False

    def drain_once(self):
        if self._clock() < self._next_look:
            return 0
        self._next_look = self._clock() + OLD.total_seconds()
        return sweep_files()
