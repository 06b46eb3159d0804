"""Tests of the processes themselves: start, shutdown, builds, secrets in their output."""
