"""The ASGI application: routes, files and what stands around them. No gradio: it takes long to import."""
