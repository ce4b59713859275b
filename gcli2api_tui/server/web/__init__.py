"""The web page: sessions, forms, its routes and its words."""
