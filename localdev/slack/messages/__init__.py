"""Messages: the checks of their content, and their JSON.

May import `workspace` and `blockkit`.
"""
