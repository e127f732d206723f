"""A chain of stores in simulated time: onhand's own functions, a real engine, and DynamoDB's limits (docs/scale.md)."""
