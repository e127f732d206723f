"""Drills: what is done once in a while to see that it would work on the day that it is needed."""
