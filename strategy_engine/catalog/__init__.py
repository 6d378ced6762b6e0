"""The project file and the tables it declares."""
