"""Tests of the approval that the workflows of orders and refunds share."""
