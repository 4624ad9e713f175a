"""The district as one service: store, enrolment, exchanges, the store's own edits."""
