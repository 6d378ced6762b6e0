"""The command line: thin, over `strategy_engine.session`."""

import gc

# A command makes many objects that stay, and ends. Looking for rubbish among them was a tenth of its start, so this comes
# before all other imports.
gc.set_threshold(200_000, 50, 50)
