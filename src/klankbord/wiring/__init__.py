"""Two tables: which reactions follow an event, and who provides what a lower package asks for."""
