"""What `make` calls for deployed stages: the CDK command line, and another try for dead letters."""
