"""An empty, ready platform for any city, from its own files: outlines, departments, people."""
