"""The fitted table: load it or refuse it, score a reading, explain the score."""
