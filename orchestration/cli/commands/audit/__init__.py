"""`audit verify` and `audit export`: check the audit log's hash chain, and copy the log to a file.

May import what `orchestration.cli.commands` may; not the commands of other folders.
"""
