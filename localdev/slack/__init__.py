"""Simulates a Slack workspace: the Web API, Socket Mode, and a page to act as its people in a browser.

Imports nothing of the rest of `localdev`, and no Slack library: it knows apps only through Slack's protocol.
"""
