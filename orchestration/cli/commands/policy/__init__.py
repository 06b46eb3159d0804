"""`policy check` and `policy explain`: validate the approval policy file, and show which tier applies.

May import what `orchestration.cli.commands` may; not the commands of other folders.
"""
