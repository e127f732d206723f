"""What nobody of us sent: messages, objects, headers and rows of others, against the functions as Lambda runs them."""
