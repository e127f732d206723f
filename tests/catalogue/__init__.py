"""The catalogue of items against a real DynamoDB API, with crashes."""
