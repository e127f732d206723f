"""Keep-History: from changed rows to what the counts were."""
