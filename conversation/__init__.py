"""What happens in a room: guides, the state machine, health signals."""
