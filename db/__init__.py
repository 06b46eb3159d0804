"""PostgreSQL: migrations, named queries, the connection pool, and the stores that implement the ports.

Imports the ports, the contracts and the domain of `orchestration`; never `bot`, `localdev` or Temporal.
"""
