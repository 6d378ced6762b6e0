"""What can be told about strategies without running them."""
