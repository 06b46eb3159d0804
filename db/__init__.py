"""Everything in SQL: migrations, named queries, the pool and the stores of `orchestration.ports.orders`."""
