"""The secrets of a deployment: drawn here, written as an env file or as Secrets for Kubernetes, kept by nobody."""
