"""Commands that start, show, list, decide about and change orders, and ask for refunds of them.

May import what `orchestration.cli.commands` may; not the commands of other folders.
"""
