"""Post-To-Channel's own code on a real table, queues, secrets and an http server: retries, refusals and crashes."""
