"""Tests of the ground and of the wiring."""
