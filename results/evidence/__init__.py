"""Published findings as data, and the model held against them."""
