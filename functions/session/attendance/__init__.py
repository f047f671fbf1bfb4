"""Attendance: reminders, check-in and check-out, and the verdict on who did not come."""
