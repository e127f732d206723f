"""Post-To-Channel: posts alerts and digests in channels of Slack and Teams."""
