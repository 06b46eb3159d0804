"""Tests of the simulator's Block Kit checks."""
