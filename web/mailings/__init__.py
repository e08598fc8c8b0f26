"""Mail: ended kind by kind with one click, the news, and what did not arrive."""
