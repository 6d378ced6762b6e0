"""The sections of the report: from figures to tables, charts and cards, in the words of a reader."""
