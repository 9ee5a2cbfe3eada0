"""The local AWS: ministack, started in this process with what it lacks for a faithful deployment."""
