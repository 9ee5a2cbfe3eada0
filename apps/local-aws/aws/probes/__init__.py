"""One question per patch and per part of the ECS package: is the defect of upstream there?"""
