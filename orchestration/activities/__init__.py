"""The activities of the task queues `order-tq` and `shipping-tq`, and the interceptors around them.

May import the domain, contracts, ports and client; PostgreSQL and payment services only through the ports.
"""
