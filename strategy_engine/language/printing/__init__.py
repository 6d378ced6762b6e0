"""The printer: from the syntax tree back to text, in one canonical layout for both spellings and both tongues.

`expressions` and `values` write what stands on one line, `layout` breaks what is too long, `text_form` and `yaml_form` write whole
files, and `remarks` finds the comments and blank lines that authors have put between things.
"""
