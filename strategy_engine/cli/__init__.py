"""The command line: thin, over `strategy_engine.session`."""
