"""Tests of the whole house; tests of one package lie beside it."""
