"""The connection to Temporal, and the encryption of its payloads.

May import the settings, the keyring and the domain.
"""
