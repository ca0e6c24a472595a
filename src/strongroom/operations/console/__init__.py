"""The service ``strongroom`` of the wire: what the console needs and AWS's own APIs do not give."""
