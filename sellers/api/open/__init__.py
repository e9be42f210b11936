"""The open API: the addresses that sellers' servers call, as KooGallery documents them (R9.5).

They live outside /api/v1 and keep their own manners: result codes instead of problem documents,
signatures instead of tokens. docs/open-api.md describes them.
"""
