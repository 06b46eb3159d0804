"""Tests of the whole system: real processes, PostgreSQL and Temporal, and simulated Slack."""
