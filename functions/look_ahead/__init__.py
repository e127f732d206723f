"""Look-Ahead: what will run out, from nothing but counts."""
