"""Tests of OrderWorkflow and its child ShippingWorkflow."""
