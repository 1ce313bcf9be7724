"""Cloud recordings: made while a meeting runs, ready some time after, downloaded, trashed, recovered."""
