"""Tests of the real workflows on a Temporal test server, with fake activities."""
