"""Pages that look across requests instead of at one."""
