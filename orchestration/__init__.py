"""The domain, the workflows, their activities, the workers and the CLI.

Imports neither `bot` nor `localdev`; only the entry points of its processes import `db`.
"""

__version__ = "0.1.0"
"""The version of Countersign. Packaging, the CLI and the container image's tag take it from here."""
