"""The handler runtime of endpoints: what stands between API Gateway and a use case."""
