"""Questions to vectors without torch: the model as an ONNX graph, made once and run by onnxruntime.

`layout` says where such a model lies and what it was made of, `export` makes one with torch,
`model` runs one, `embedder` is the `Embedder` that does so for questions.
"""
