"""Send-Digest's own code on real tables, a queue, a topic and SES: mornings with crashes, repeats and two at once."""
