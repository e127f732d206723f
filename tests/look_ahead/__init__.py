"""Look-Ahead's own code on real tables, a queue and a topic: mornings with crashes, repeats and two at once."""
