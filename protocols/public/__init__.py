"""What ``import corticostriatal`` gives: functions that answer, and results that show themselves in a notebook."""
