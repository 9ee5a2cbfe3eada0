"""One module per defect of ministack 1.5.33: its docstring says what is wrong there. To remove one, delete its file and its probe."""
