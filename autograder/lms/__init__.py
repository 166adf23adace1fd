"""To and from learning-management systems: who is who, downloads of submissions, tables of grades."""
