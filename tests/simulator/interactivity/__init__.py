"""Tests of clicks, views, slash commands and response urls in the simulator."""
