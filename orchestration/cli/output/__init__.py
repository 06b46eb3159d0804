"""Everything that is printed: tables, JSON documents, sentences, progress, files.

May import the domain, `orders`, `errors` and `exit_codes`; asks Temporal and PostgreSQL nothing.
"""
