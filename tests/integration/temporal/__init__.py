"""Tests of the workflow client, of encryption and of the codec server, on a real Temporal server."""
