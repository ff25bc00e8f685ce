"""The page: its HTML, style and behaviour, and the answers to its requests; independent of gradio."""
