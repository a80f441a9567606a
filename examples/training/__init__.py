"""Training an image classifier on any spec: what the scripts beside this folder share. Plain PyTorch."""
