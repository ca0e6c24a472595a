"""Finding audit records: an index built behind the journal, never on a request's way, and made again when it is lost."""
