"""What goes to the terminal and comes from it: the driver, frames as differences, clipboard, notices."""
