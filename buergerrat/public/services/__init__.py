"""What the pages, the jobs and the demo do; services flush, they never commit."""
