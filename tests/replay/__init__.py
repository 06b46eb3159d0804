"""Stored histories of every kind of order and refund, replayed against the current workflow code."""
