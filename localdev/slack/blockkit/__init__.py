"""Block Kit: checks of blocks and views, and the values of their elements.

May import `errors` and `json_values` only.
"""
