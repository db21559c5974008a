"""The page of HTML about a folder of results."""
