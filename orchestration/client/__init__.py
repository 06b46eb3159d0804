"""The client of the workflows: start, signal, query, describe and list them.

May import the domain and the contracts; turns Temporal's errors into the domain's.
"""
