"""Reading the bank's data: where it lies, what it holds in engine types, and whether it keeps its declaration.

`contract.check` is the door that a run goes through; `scan.scan` reads one table without judging it.
"""
