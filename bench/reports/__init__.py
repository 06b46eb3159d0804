"""The measured figures as tables, with the goal beside each.

Imports only `bench.harness` for the types of what was measured.
"""
