"""`make bench`: what it costs to load a CSV into DynamoDB, with onhand and with what else people use."""
