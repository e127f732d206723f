"""Check-Stock against a real DynamoDB, SQS and SNS API, with crashes."""
