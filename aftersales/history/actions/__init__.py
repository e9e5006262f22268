"""What writes facts and tallies: following the feed, and making all of it anew."""
