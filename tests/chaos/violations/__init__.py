"""Tests of the checker: violations planted into the evidence of a finished run."""
