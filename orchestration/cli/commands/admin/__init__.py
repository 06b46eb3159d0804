"""Commands for whoever operates the system: delegations, reconciliation, replay, keys, search attributes.

May import what `orchestration.cli.commands` may; not the commands of other folders.
"""
