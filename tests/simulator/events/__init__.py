"""Tests of the simulator's Events API."""
