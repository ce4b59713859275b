"""What Google's models take and give: abilities, schemas, turns, signatures, prices, repairs. Pure."""
