"""What has to hold of every synthesized template."""
