"""Tests of activities on real PostgreSQL and the simulated services."""
