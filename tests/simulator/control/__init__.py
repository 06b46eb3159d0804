"""Tests of the simulator's control API."""
