"""The Events API: makes events of changes of the workspace and delivers them.

May import `socket_mode`, and what that may import.
"""
