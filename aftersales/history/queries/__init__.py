"""What is read of facts and tallies, and how facts follow from what happened."""
