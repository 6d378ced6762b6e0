"""The one door to the engine, for every face and for Python.

    from strategy_engine.session import Project

    bank = Project.open("mybank")
    for diagnostic in bank.check():
        print(diagnostic.code, diagnostic.message)
    day = bank.run("2026-11-20")
    day.actions          # a polars.DataFrame, one row an action
    told = bank.review().figures
    told.effects         # what each strategy changed, against its control group

Nothing here loads an engine before it is needed, so that checking starts in a blink.
"""

from strategy_engine.refusals import StrategyError
from strategy_engine.session.checking import checked
from strategy_engine.session.notebook import compile_expression
from strategy_engine.session.project import Progress, Project

__all__ = ["Progress", "Project", "StrategyError", "checked", "compile_expression"]
