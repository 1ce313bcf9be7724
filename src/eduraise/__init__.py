"""EduRaise: an educational organisation's virtual classes, on Zoom."""
