"""What two versions of a project say differently: of which customers, and of what they get. See docs/decisions/diff.md.

| module | |
|---|---|
| `shared.py` | what both versions have in common: columns, and the words of enums |
| `normal.py` | conditions in their one normal form, all names resolved |
| `related.py` | what counts and sums over rows of tables have to do with each other |
| `people.py` `search.py` | customers with rows of tables, looked for where the solver finds none |
| `sides.py` | a condition of either version: who is in one and not in the other |
| `parts.py` | what else declarations say |
| `differences.py` | all of it, put together |
"""
