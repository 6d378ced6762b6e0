"""What stops a simulation before it begins."""


class SimulationError(Exception):
    """The folder or the settings are not fit for a simulation; the message says why and what to do."""
