"""Each call of each function goes wrong in each way in which it can: by a proxy at the wire, before real engines."""
