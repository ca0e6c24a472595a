"""Envelope encryption of streams and files in the AWS Encryption SDK's message format: a client of AWS KMS, ours or AWS's.

Imports none of the stations (an import contract says so). What can be called is named in ``docs/integrations/files.md``.
"""
