"""Pages of classes: the lists, the form that plans one, and one class with what is done to it."""
