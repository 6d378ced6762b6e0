"""The best total: which options to take so that their values add up to the most, while every group keeps to its room.

`optimise.py` is the table of contents. Numbers in, numbers out: nothing here knows of strategies or customers.
"""
