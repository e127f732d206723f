"""What both functions know of stock: order tokens, reorder points, and how to talk to DynamoDB."""
