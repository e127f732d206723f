"""Keep-History against a real DynamoDB API, with crashes."""
