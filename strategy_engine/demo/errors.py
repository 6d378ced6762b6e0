"""What can go wrong while the demo bank is made."""


class DemoError(Exception):
    """A sentence for the person at the terminal: lower case, no final period."""
