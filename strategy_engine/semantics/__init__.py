"""From syntax trees to a typed model: names resolved, types checked, everything that a run needs."""
