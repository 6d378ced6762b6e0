"""The day's run: a model and a day's data in, the day's actions out. `run.run_day` is the door; its body is the table of contents:

observe.py      what is known of a batch of customers: features as columns, level by level
qualify.py      who is in which strategy's cohort, with a hit, within the ramp
gate.py         every way in which a candidate could go out, and what stands against it
arbitrate.py    one order over the whole bank; each candidate takes the first way that has room
emit.py         actions, channel lists, decisions
"""
