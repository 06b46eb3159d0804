"""The codec server: an HTTP endpoint that decrypts payloads for Temporal's Web UI and CLI.

May import `temporal`, `process`, the settings and the keyring.
"""
