"""How Klankbord looks: base templates, components, faces, icons, words for moments. Imports no other package."""
