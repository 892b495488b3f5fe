"""Forms, one module per page."""
