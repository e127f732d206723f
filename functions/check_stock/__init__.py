"""Check-Stock: from changed rows to alerts that people act on."""
