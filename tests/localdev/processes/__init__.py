"""Tests of child processes and their supervisor."""
