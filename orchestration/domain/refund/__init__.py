"""Refunds of shipped orders: their statuses and what the query `status` returns.

May import `domain.order`, `domain.card`, `domain.approval` and `domain.policy`.
"""
