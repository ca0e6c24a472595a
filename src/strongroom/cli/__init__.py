"""The administrator's command line; for work with keys the AWS CLI is the tool."""
