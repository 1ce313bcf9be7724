"""What every page is made of: the shell, the components, the icons, and how a time is written."""
