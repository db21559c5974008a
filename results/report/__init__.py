"""Parts of the page that reports a folder of results."""
