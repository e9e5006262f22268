"""The denominator: a bare Django REST project without any product code, for anyone to re-run and audit."""
