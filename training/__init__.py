"""Offline training: the only room with pandas and scikit-learn."""
