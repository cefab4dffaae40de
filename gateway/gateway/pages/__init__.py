"""What a browser is shown: the board and the API documentation, without anything from elsewhere."""
