"""The developer commands of this repository (see dev/README.md).

Plain standard library: these modules run before anything is installed.
"""
