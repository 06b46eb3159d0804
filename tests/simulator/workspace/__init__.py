"""Tests of the simulator's workspace state and its file."""
