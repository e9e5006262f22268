"""The pages of goods and money: the dock, the inspector's desk, the choice of a resolution, labels."""
