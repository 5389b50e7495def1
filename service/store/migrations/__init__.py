"""Steps from one schema to the next; ``service.store.upgrade`` runs them."""
