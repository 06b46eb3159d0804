"""The plan of a run, generated from a seed: orders, what people do to them, and faults."""
