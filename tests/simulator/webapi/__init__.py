"""Tests of the simulator's Web API methods."""
