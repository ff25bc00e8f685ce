"""The Model Context Protocol: lets a language model ask the documents and quote them. It can change nothing.

`mcp_tools` are the tools and resources, `tool_replies` their schemas, `mcp_stdio` runs them for one client,
`mcp_application` answers HTTP. The SDK takes as long to import as a question to answer: it is imported when needed.
"""
