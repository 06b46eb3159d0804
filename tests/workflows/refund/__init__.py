"""Tests of RefundWorkflow."""
