"""The doors over HTTP: pages, webhooks, health."""
