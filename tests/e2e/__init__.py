"""The whole system, over HTTP alone, with IAM enforced."""
