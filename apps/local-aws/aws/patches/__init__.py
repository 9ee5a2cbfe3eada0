"""One module per defect of ministack 1.5.33, which its docstring describes. To remove one, delete its file and its probe."""
