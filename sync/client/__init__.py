"""The laptop's side of an exchange: connection, pipeline, push, pull, enrolment, exchange by bundle."""
