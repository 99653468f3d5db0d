"""Every page of the house looked at in a browser, as everybody who may open it."""
