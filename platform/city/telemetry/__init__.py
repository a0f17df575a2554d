"""The demo city's air and water stations: what they measure, and how they tell it by HJ 212."""
