"""The command line: `python -m orchestration.cli`, one command a file under `commands/`.

May import everything in orchestration; only `wiring` may import `db`.
"""
