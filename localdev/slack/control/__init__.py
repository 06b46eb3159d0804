"""The control API, through which the page and tests act as people and break things.

May import everything in `localdev.slack` but `server` and `client`.
"""
