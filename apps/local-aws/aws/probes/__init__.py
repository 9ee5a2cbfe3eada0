"""One probe per patch and per part of the ECS package; each returns whether upstream's defect is present."""
