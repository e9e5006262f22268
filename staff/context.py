"""What every page of the desk shows around its content."""


def desk(request):
    """The rail's items and the unread notices of a logged-in person."""
    return {}
