"""How Klankbord looks: base templates, components, faces, icons, words for moments. Knows no other package but the clock."""
