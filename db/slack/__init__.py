"""The stores of the bot: messages that are posted exactly once, running bots, and the rate-limit queue.

Imports the pool, `db.sql` and `db.audit`; only the bot's entry point uses these stores.
"""
