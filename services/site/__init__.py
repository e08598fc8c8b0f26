"""What every process of Earshot needs: settings, secrets, databases, the audit log."""
