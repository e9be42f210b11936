"""The common parts of the REST interface."""
