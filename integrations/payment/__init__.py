"""The payment page of the State."""
