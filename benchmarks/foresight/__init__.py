"""`make foresight`: what the forecasts are worth on demand that we did not make (docs/foresight.md)."""
