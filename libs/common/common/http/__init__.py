"""What every HTTP door shares: problem documents, identity, permissions, cursors, idempotency, entity tags."""
