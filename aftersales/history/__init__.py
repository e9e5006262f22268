"""How the desk did: facts of what was done, rolled up by hour, day and month, and the page made of them."""
