"""Texts to vectors without torch: the model as an ONNX graph, made once and run by OpenVINO.

`layout` says where such a model lies and what it was made of, `export` and `making` make one with
torch, `runtime` compiles it in a number format (`rounding`: int8), `model` runs it for a question,
`bulk` for many texts, `embedder` is the `Embedder` that does both.
"""
