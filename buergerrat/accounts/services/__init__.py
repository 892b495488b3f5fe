"""What the pages of accounts do, usable without a request."""
