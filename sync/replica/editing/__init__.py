"""What a person writes: records, drafts, reviews, requests, closings, attachments."""
