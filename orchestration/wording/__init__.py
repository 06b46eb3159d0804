"""Sentences about verdicts and outcomes that people read, the same in Slack and in the terminal.

May import only the domain.
"""
