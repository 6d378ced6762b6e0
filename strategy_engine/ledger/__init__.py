"""What was promised to whom: the memory between runs, as Delta tables."""
