"""What all benchmarks use: options, processes, the whole system, clicks, and the variants of an order.

Imports `localdev` and the product, but no benchmark.
"""
