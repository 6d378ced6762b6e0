"""Files as the user wrote them, and places in them."""
