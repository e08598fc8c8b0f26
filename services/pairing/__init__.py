"""From a pool to a promised hour: rounds, invitations, drop-in hours, standby."""
