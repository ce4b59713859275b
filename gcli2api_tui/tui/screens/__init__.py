"""Windows over the tabs: menus, lists to pick from, forms, texts shown alone."""
