"""The review: what strategies brought, compared with doing nothing, and how sure that is."""
