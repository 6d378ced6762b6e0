"""The language server: what an editor shows of a project while it is being written.

`server.py` speaks the protocol and nothing else; `bank.py` is a project with the unsaved texts of the editor; every other module answers
one question about a `Look` at one file. A second process (`worker.py`) checks the whole project and counts customers, so that neither
ever holds up a keystroke. See docs/decisions/editor.md.
"""
