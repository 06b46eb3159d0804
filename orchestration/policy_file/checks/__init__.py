"""Checks what the settings of a policy file mean together.

May import the domain and the rest of `policy_file` except `load` and `watcher`.
"""
