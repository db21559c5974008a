"""The C++ that Brian2 writes for a network, with loops of our own: a device derived from Brian2's and its templates."""
