"""Common Alerting Protocol 1.2 (OASIS, 2010), pure: bytes in, values and findings out."""
