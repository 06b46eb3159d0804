"""What the product is compared with: bare workflows, activities that do nothing, an app that only acks.

Imports the contracts and the workers of the product.
"""
