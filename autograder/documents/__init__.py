"""What people read: PDFs for the staff, feedback pages for students, the table of grades."""
