"""The town of Elbtal: synthetic data for the demonstration and for tests."""
