"""The language: words, types, functions, the syntax tree and the two readers that make it."""
