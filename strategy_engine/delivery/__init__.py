"""Where action lists go: files now; other sinks stand beside them."""
