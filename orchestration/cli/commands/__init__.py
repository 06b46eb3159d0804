"""The commands, by subject; each function here is one command of the command line.

May import everything in `orchestration.cli` except `app` and `wiring`.
"""
