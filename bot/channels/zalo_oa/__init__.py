"""Zalo Official Account: buttons and uploads, a token pair that renews itself, and money after 48 hours.

Facts: the OpenAPI pages of docs.zaloplatforms.com (message/cs, upload, GMF, webhook, OAuth v4). Where sources disagree,
every variant is survived.
"""
