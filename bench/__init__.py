"""Benchmarks of orders, clicks, bursts and starts: `python -m bench`, or one, such as `-m bench.orders`.

Every figure is one of this machine at this moment. What can be compared is what one run has measured side by
side, in turns; nothing here is a test that could fail.
"""
