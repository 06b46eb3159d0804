"""The people and programs of a run: they start orders, click, type, and record what they are told."""
