"""After a restoration or a fork: what laptops give back, what is missing, which chain goes on."""
