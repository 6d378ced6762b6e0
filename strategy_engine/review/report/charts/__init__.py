"""The charts of the report: plain functions from numbers to SVG, one module a kind.

Charts of rows place their marks in per cent of the width and in pixels of the height, so that a chart is as wide as its page and its
text as large as the page's, on a phone too. Colours are classes of the page's style.
"""
