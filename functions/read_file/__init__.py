"""Reading a file as a store writes it: bytes in, rows and rejected rows out. No AWS in here."""
