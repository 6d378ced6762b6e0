"""The report of a review: one HTML document with everything in it, to read, send and print."""
