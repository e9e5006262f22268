"""Which drawing of the sprite stands for a class of products."""

OF_CLASS = {
    "apparel": "shirt",
    "appliance": "coffee",
    "beauty": "sparkles",
    "cosmetics": "sparkles",
    "electronics": "device-mobile",
    "food": "leaf",
    "furniture": "sofa",
    "home": "lamp",
    "shoes": "shoe",
    "small_appliance": "coffee",
}


def product_icon(product_class):
    """The name of the symbol; a box for what nobody has drawn."""
    return OF_CLASS.get(product_class, "package")
