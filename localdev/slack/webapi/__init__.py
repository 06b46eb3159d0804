"""The Web API: `/api/<method>`.

May import `socket_mode`, and what that may import.
"""
