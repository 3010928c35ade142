"""What people do with this service, a sentence of the business a function: the transaction, the rule and the event."""
