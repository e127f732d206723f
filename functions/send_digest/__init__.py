"""Send-Digest: tells people every morning what is open in their stores."""
