"""Runs the whole system on this machine: `python -m localdev`.

It imports nothing of `bot`, `orchestration` and `db`, which it starts as processes.
"""
