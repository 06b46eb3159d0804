"""Tests of the simulator's Socket Mode connections and frames."""
