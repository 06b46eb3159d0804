"""Reads the approval policy file, checks it and watches it for changes.

May import the domain and the settings.
"""
