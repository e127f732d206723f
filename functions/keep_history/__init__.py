"""Keep-History: every change of a count is kept."""
