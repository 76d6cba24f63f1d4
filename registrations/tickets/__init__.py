"""The ticket's token: what the QR code carries. Pure: keys are passed in."""
