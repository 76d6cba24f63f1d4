"""Shapes of sessions, sign-ups, stations and figures. Shape only: rules live in the operations."""
