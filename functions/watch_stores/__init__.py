"""Watch-Stores: a store that sends nothing is noticed."""
