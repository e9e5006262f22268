"""What the installation as a whole has settled."""

from staff.models import Setting


def lock_setting():
    """The one row, locked until the transaction ends, so that two who settle something do it in turn."""
    Setting.objects.get_or_create(pk=1)
    return Setting.objects.select_for_update().get(pk=1)


def remember_pack(setting, digest):
    """This content pack is loaded."""
    setting.loaded_pack = digest
    setting.save(update_fields=["loaded_pack"])
