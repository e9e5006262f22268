"""The project package: the ground every app stands on, and the wiring that joins them."""
