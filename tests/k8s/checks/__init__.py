"""What must hold of rendered manifests. A check takes all documents and answers one sentence for each mistake."""
