"""Files of a profile and files handed over: attachments, copies, rescue."""
