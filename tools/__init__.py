"""What `./run` is made of: real servers without installing any, and the portal's processes."""
