"""The local AWS: ministack, started in this process with what it lacks for an honest deployment (docs/local-aws.md)."""
