"""AWS CloudTrail: trails, and looking audit records up."""
