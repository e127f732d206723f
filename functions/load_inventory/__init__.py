"""Load-Inventory: from an uploaded CSV to the counts in the Inventory table."""
