"""What every process of Countersign shares: start, shutdown, logging and the health endpoint.

May import the settings and the domain; knows neither Temporal nor PostgreSQL.
"""
