"""The stages of a day as plain data: observe → qualify → gate → arbitrate → emit.

`day.plan_day` turns a model and a date into a `DayPlan` that says, for each strategy, which expressions each stage computes. The
runner (`engine/day`) evaluates them for everybody, `explain` for one customer; both walk the same plan, so that an
explanation cannot tell another story than the run.
"""
