"""`deployment show`, `promote` and `drained`: Temporal worker deployments and their builds.

May import what `orchestration.cli.commands` may; not the commands of other folders.
"""
