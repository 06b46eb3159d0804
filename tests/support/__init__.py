"""Shared fixtures. Everything is per xdist worker or per test, so tests run side by side."""
