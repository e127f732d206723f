"""What all functions know of stock: messages, order tokens, reorder points, and how to talk to DynamoDB."""
