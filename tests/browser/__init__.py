"""The dashboard in a real browser, against the deployed local stack."""
