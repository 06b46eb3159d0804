"""The state of the simulated workspace, and the file that stores it.

May import `errors` and `json_values` only.
"""
