"""How people are told: alerts, digests and posts, as mails, SMS, cards and JSON for machines, in their language."""
