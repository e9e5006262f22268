"""What of history is due: the entries of each shop's feed that no fact was made of yet."""

from aftersales import due
from aftersales.history.actions.following import FeedFollowing

due.register(FeedFollowing())
