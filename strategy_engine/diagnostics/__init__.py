"""What is wrong, where, and what to do about it; and the ways to show that."""
