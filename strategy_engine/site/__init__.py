"""A project as a browsable site: what is declared, what it means, what rests on what.

`entries` collects the declarations, `links` what they name, `graph` and `drawing` the pictures, `pages` the files, `publish` writes them.
"""
