"""Keeping the catalogue of items: Keep-History's function does that, too, as two functions read the stream already."""
