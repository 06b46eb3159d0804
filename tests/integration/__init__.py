"""Tests with real PostgreSQL, a real Temporal server and, where needed, whole processes."""
